package org.sqlite.util;

import dev.sessionttl.engine.report.Log;
import java.util.function.Supplier;

/**
 * Stands in for sqlite-jdbc's class of this name, in the engine's loader alone. The original logs through SLF4J, whose
 * search for a provider would be a part of every start, or else through java.util.logging, which is the host's to begin
 * with (law 4). This one tells of errors and warnings in the agent's own log, at {@code debug}.
 */
public final class LoggerFactory {
    private LoggerFactory() {}

    /** Of one of the driver's classes. */
    public static Logger getLogger(Class<?> user) {
        return new AgentsLogger(user.getName());
    }

    private record AgentsLogger(String name) implements Logger {
        @Override
        public void trace(Supplier<String> message) {
            // Nobody asks for it.
        }

        @Override
        public void info(Supplier<String> message) {
            // Nobody asks for it.
        }

        @Override
        public void warn(Supplier<String> message) {
            if (Log.isDebug()) {
                Log.debug(name + ": " + message.get());
            }
        }

        @Override
        public void error(Supplier<String> message, Throwable failure) {
            if (Log.isDebug()) {
                Log.debug(name + ": " + message.get() + ": " + Log.inWords(failure));
            }
        }
    }
}
