package dev.sessionttl.engine.report;

/**
 * Something a person has to put right: where it is, what is wrong there, and what would be right.
 *
 * @param place where, as a person would look for it: {@code config/agents.json:12:18 sessionTtl.store.table}
 * @param what what is wrong there, with the value that was found
 * @param remedy what would be right, and what the agent does meanwhile
 */
public record Problem(String place, String what, String remedy) {
    @Override
    public String toString() {
        return place + ": " + what + "; " + remedy;
    }
}
