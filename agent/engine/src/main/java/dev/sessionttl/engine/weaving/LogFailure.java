package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Glob;
import dev.sessionttl.engine.config.LogConfig;
import dev.sessionttl.engine.config.LogLevel;
import dev.sessionttl.engine.resume.RefusalText;

/** The loggers that one entry of the config names as a failure site. Any thread may use it. */
public final class LogFailure {
    private final String place;
    private final Glob loggers;
    private final LogLevel level;
    private final RefusalText refusals;
    private volatile boolean wasHeard;

    LogFailure(LogConfig config) {
        this.place = config.place();
        this.loggers = new Glob(config.logger());
        this.level = config.level();
        this.refusals = config.matches().map(RefusalText::matching).orElseGet(RefusalText::ofClaude);
    }

    /** Where the config says so. */
    public String place() {
        return place;
    }

    /** As a pointcut would be written, were there one. */
    public String label() {
        return "log:" + loggers.pattern();
    }

    /** The loggers' name, in which {@code *} stands for any characters. */
    public String pattern() {
        return loggers.pattern();
    }

    /** Whether any logger of that name has logged yet, at whatever level. */
    public boolean wasHeard() {
        return wasHeard;
    }

    boolean names(String logger) {
        boolean matches = loggers.matches(logger);
        if (matches && !wasHeard) {
            wasHeard = true;
        }
        return matches;
    }

    boolean looksAt(LogLevel ofLine) {
        return ofLine.compareTo(level) >= 0;
    }

    RefusalText refusals() {
        return refusals;
    }
}
