package dev.sessionttl.engine.config;

/** How the last-used column writes a point in time; in JSON in lower case, with hyphens: {@code epoch-millis}. */
public enum TimestampFormat {
    /** Told from each value; a value that cannot be told is not deleted (law 9). */
    AUTO,
    EPOCH_MILLIS,
    EPOCH_SECONDS,
    ISO_8601
}
