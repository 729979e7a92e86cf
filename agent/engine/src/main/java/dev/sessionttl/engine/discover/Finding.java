package dev.sessionttl.engine.discover;

import java.util.Map;

/**
 * Something that was found in the host.
 *
 * @param place a pointcut, a column or a file, for people to look at
 * @param entry what the config says of it: names and values as JSON has them; empty where it goes into no config
 * @param why what speaks for it
 * @param byHand what a person should look at; may be empty
 */
record Finding(Kind kind, String place, Map<String, Object> entry, String why, Sureness sure, String byHand) {
    enum Kind {
        STORE,
        READ,
        FAILURE,
        PROCESSES
    }

    Finding(Kind kind, String place, Map<String, Object> entry, String why, Sureness sure) {
        this(kind, place, entry, why, sure, "");
    }

    boolean isProposed() {
        return sure.isProposed() && !entry.isEmpty();
    }
}
