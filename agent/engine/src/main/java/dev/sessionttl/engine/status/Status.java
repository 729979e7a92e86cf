package dev.sessionttl.engine.status;

import dev.sessionttl.engine.metrics.Hour;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How the agent is doing at one moment. {@code config/status.schema.json} says what each part means.
 *
 * @param storeErrors by operation, those that ever happened
 * @param resumesAvoided sessions withheld from the host at a read, for age or because they are known dead, each once
 * @param secondsSaved what those would have cost at the mean of the failed resumes that were measured; empty while none was
 * @param hours the last 24, the oldest first
 */
public record Status(
        Agent agent,
        State state,
        ResumeFailures resumeFailures,
        Expired expired,
        long vetoedReads,
        Map<String, Long> storeErrors,
        double secondsWasted,
        long resumesAvoided,
        OptionalDouble secondsSaved,
        Table table,
        Optional<LastSweep> lastSweep,
        List<Site> sites,
        Config config,
        List<Hour> hours) {

    /** What the agent is about, in one word. */
    public enum Word {
        OK,
        /** Something does not work, now or within the last minutes. */
        DEGRADED,
        /** It works, and there is nothing for it to do as it was told. */
        IDLE,
        /** Switched off by the config. */
        OFF;

        /** As pages and JSON write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param reason why, in a few words; empty where all is well */
    public record State(Word word, Optional<String> reason) {}

    public record Agent(String version, Instant startedAt, Duration uptime) {}

    /** @param unclassified runs that ended badly and no rule knew why */
    public record ResumeFailures(long total, long last24Hours, long unclassified) {}

    /** Rows dropped for age. */
    public record Expired(long atRead, long bySweep, long last24Hours) {
        public long total() {
            return atRead + bySweep;
        }
    }

    /** Each part empty while it is unknown. */
    public record Table(OptionalLong rows, OptionalDouble oldestAgeSeconds) {}

    /**
     * @param at when it ended, or stopped at its budget
     * @param dropped rows, together with those of the parts before it where a budget ended them
     * @param finished false where the rest is to follow
     */
    public record LastSweep(Instant at, long dropped, boolean finished) {}

    /**
     * @param kind {@code read} or {@code failure}
     * @param methods that it is woven into so far
     */
    public record Site(String pointcut, String kind, int methods) {}

    /**
     * @param file as it was named to the agent
     * @param maxSessionAgeMillis 0 where expiry by age is off
     * @param problems how many entries of it are wrong
     */
    public record Config(String file, boolean enabled, long maxSessionAgeMillis, boolean dryRun, int problems) {}
}
