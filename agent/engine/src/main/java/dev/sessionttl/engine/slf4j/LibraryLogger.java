package dev.sessionttl.engine.slf4j;

import dev.sessionttl.engine.report.Log;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A library's logger: warnings and errors at the agent's {@code debug}, the rest not at all. */
final class LibraryLogger extends LegacyAbstractLogger {
    LibraryLogger(String name) {
        this.name = name;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        Log.debug(name + ": " + message + (failure == null ? "" : ": " + Log.inWords(failure)));
    }

    @Override
    public boolean isWarnEnabled() {
        return Log.isDebug();
    }

    @Override
    public boolean isErrorEnabled() {
        return Log.isDebug();
    }

    @Override
    public boolean isInfoEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }
}
