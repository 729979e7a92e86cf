package dev.sessionttl.engine.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts by the hour, for a day: the hour under way and the 23 before it. Hours go by the monotonic clock, so that a wall
 * clock that is set neither loses nor moves anything; the wall clock only names them. Any thread may call.
 */
final class LastHours {
    static final int KEPT = 24;
    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    /** The full hour, by the wall clock, in which this began. */
    private final long beganNanos;

    private final long[] resumeFailures = new long[KEPT];
    private final long[] expired = new long[KEPT];
    /** How many hours later the newest count belongs. */
    private long newest;

    LastHours(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        long intoTheHour = Math.floorMod(clock.millis(), TimeUnit.HOURS.toMillis(1));
        this.beganNanos = nanoTime.getAsLong() - TimeUnit.MILLISECONDS.toNanos(intoTheHour);
    }

    synchronized void resumeFailed() {
        resumeFailures[thisHour()]++;
    }

    synchronized void expired(int rows) {
        expired[thisHour()] += rows;
    }

    /** All of them, the oldest first. */
    synchronized List<Hour> all() {
        int current = thisHour();
        Duration intoTheHour = Duration.ofNanos(nanoTime.getAsLong() - beganNanos - newest * HOUR_NANOS);
        // To the second: both clocks are read in turn, and the wall clock is corrected all the time.
        Instant began = clock.instant().minus(intoTheHour).plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
        List<Hour> hours = new ArrayList<>(KEPT);
        for (int ago = KEPT - 1; ago >= 0; ago--) {
            int slot = Math.floorMod(current - ago, KEPT);
            hours.add(new Hour(began.minus(ago, ChronoUnit.HOURS), resumeFailures[slot], expired[slot]));
        }
        return hours;
    }

    private int thisHour() {
        long hour = (nanoTime.getAsLong() - beganNanos) / HOUR_NANOS;
        if (hour - newest >= KEPT) {
            Arrays.fill(resumeFailures, 0);
            Arrays.fill(expired, 0);
            newest = hour;
        }
        while (newest < hour) {
            newest++;
            resumeFailures[(int) (newest % KEPT)] = 0;
            expired[(int) (newest % KEPT)] = 0;
        }
        return (int) (newest % KEPT);
    }
}
