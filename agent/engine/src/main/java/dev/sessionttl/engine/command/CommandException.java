package dev.sessionttl.engine.command;

/** Why a command cannot do what it was asked to. The message is for people, and says what would be right. */
final class CommandException extends Exception {
    CommandException(String message) {
        super(message);
    }

    CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
