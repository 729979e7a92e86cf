package dev.sessionttl.engine.expiry;

import java.time.InstantSource;

/**
 * The one rule about age: a session is expired when it was last used longer ago than the max session age; exactly that
 * long ago is still fresh. A last-used time that is missing, unreadable or in the future is never expired. Any thread may
 * ask.
 */
public final class MaxSessionAge {
    /** How long an id stays vetoed where no age is configured. */
    private static final long DEFAULT_VETO_MILLIS = 86_400_000;

    private static final long MOST_AHEAD_MILLIS = 86_400_000;

    private final InstantSource clock;
    private volatile long millis;

    /**
     * @param millis the max session age in ms; 0 switches expiry by age off
     * @param clock tells now
     */
    public MaxSessionAge(long millis, InstantSource clock) {
        this.millis = millis;
        this.clock = clock;
    }

    public long millis() {
        return millis;
    }

    public InstantSource clock() {
        return clock;
    }

    /** From now on it is another: the config has changed. */
    public void set(long newMillis) {
        millis = newMillis;
    }

    public boolean isOn() {
        return millis > 0;
    }

    public boolean isExceededBy(LastUsed lastUsed) {
        return isExceededBy(lastUsed, clock.millis());
    }

    /** As {@link #isExceededBy(LastUsed)}, by a clock that was read already, which costs as much as all the rest. */
    boolean isExceededBy(LastUsed lastUsed, long nowMillis) {
        return isOn()
                && lastUsed.epochMillis().isPresent()
                && lastUsed.epochMillis().getAsLong() < nowMillis - millis;
    }

    /**
     * Whether a last-used value is there and says nothing about age: it cannot be told for a moment, or lies more than a day
     * ahead, which is not a clock that is a little off but a value that means something else (law 9). It never expires.
     */
    public boolean cannotJudge(LastUsed lastUsed) {
        return cannotJudge(lastUsed, clock.millis());
    }

    /** As {@link #cannotJudge(LastUsed)}, by a clock that was read already. */
    boolean cannotJudge(LastUsed lastUsed, long nowMillis) {
        boolean isFarAhead = lastUsed.epochMillis().isPresent()
                && lastUsed.epochMillis().getAsLong() > nowMillis + MOST_AHEAD_MILLIS;
        return isOn() && (lastUsed.isUntold() || isFarAhead);
    }

    /** The same rule at one moment for all: a sweep of many rows must not be moved by a clock that is set meanwhile. */
    public MaxSessionAge asOfNow() {
        return new MaxSessionAge(millis, InstantSource.fixed(clock.instant()));
    }

    /** A session last used before this moment, in ms since 1970 UTC, is expired. */
    public long cutoffMillis() {
        return clock.millis() - millis;
    }

    /** How long a dead id is remembered, in ms. */
    long vetoMillis() {
        return isOn() ? millis : DEFAULT_VETO_MILLIS;
    }
}
