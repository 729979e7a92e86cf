package dev.sessionttl.engine.store;

/** How long somebody can wait for the database: where it cannot be reached, that is how long a call takes. */
enum Patience {
    /** A thread of the host's stands still meanwhile. */
    OF_THE_HOST,
    /** Nobody waits but the agent's own threads. */
    IN_THE_BACKGROUND
}
