package dev.sessionttl.engine.store;

/** Whose thread stands still until the database has answered, which is for long where it cannot be reached. */
enum Caller {
    HOST,
    AGENT
}
