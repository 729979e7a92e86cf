package dev.sessionttl.engine.expiry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out whether the host's last-used column lies. One that is touched before every read keeps every session young; by one
 * that is never touched, sessions expire while they are in use. Either is believed after several sightings, and never again
 * after one to the contrary, so that of most hosts nothing is kept in mind for long. Any thread may call.
 */
final class ColumnHabits {
    static final int SIGHTINGS = 10;

    /** Nobody reads a session by chance so soon after it was touched, time after time. */
    private static final long JUST_TOUCHED_MILLIS = 2_000;
    /** A host may note a run's end some time after it, and in a loop reads a session as soon as its last turn is over. */
    private static final long LEAST_GAP_MILLIS = Duration.ofMinutes(1).toMillis();

    private static final int SESSIONS = 1_000;
    private static final long NEVER = Long.MIN_VALUE;
    /** Of a count: no number of sightings reaches the end from here. */
    private static final int NEVER_AGAIN = Integer.MIN_VALUE;

    private static final String REMEDY =
            "; write \"lastUsedAt\": \"observed\" in store, and the agent keeps a record of its"
                    + " own of when each session was used";
    private static final String TOUCHED =
            "the last-used column moves before every read, and no session will ever be too old: " + SIGHTINGS
                    + " times in a row one that had not been read for long was marked as used a moment ago";
    private static final String STUCK =
            "the last-used column does not move when a session is used, and sessions in use will" + " expire: "
                    + SIGHTINGS + " times in a row one was as old after it was resumed as before";

    private final MaxSessionAge maxAge;
    /** The one that was read last comes last. */
    private final Map<String, Seen> seen = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > SESSIONS;
        }
    };

    /** How often it was seen; negative once the contrary was, or it has been told. */
    private int touchedBeforeReads;

    private int stuck;
    private volatile boolean isCurious;

    ColumnHabits(MaxSessionAge maxAge) {
        this.maxAge = maxAge;
        this.isCurious = maxAge.isOn();
    }

    /** What to warn of, once, after this row was read. */
    Optional<String> read(SessionRow row, long nowMillis) {
        OptionalLong lastUsed = row.lastUsed().epochMillis();
        if (!isCurious || row.lastUsed().stored() == null || lastUsed.isEmpty()) {
            return Optional.empty();
        }
        return read(row.sessionId(), lastUsed.getAsLong(), nowMillis);
    }

    private synchronized Optional<String> read(String sessionId, long lastUsedMillis, long now) {
        Seen session = seen.get(sessionId);
        if (session == null) {
            seen.put(sessionId, new Seen(lastUsedMillis, now));
        } else {
            compare(session, lastUsedMillis, now);
        }
        if (Math.abs(now - lastUsedMillis) > JUST_TOUCHED_MILLIS) {
            touchedBeforeReads = NEVER_AGAIN;
        }
        return warning();
    }

    private void compare(Seen session, long lastUsedMillis, long now) {
        if (session.isUnreadSince(now - gapMillis())) {
            touchedBeforeReads++;
        }
        if (session.lastUsedMillis != lastUsedMillis) {
            stuck = NEVER_AGAIN;
        } else if (session.wasResumed()) {
            if (now - session.resumedAtMillis < LEAST_GAP_MILLIS) {
                // Too early to tell.
                return;
            }
            stuck++;
        }
        session.wasRead(lastUsedMillis, now);
    }

    private Optional<String> warning() {
        Optional<String> warning = Optional.empty();
        if (touchedBeforeReads >= SIGHTINGS) {
            warning = Optional.of(TOUCHED + REMEDY);
            touchedBeforeReads = NEVER_AGAIN;
        } else if (stuck >= SIGHTINGS) {
            warning = Optional.of(STUCK + REMEDY);
            stuck = NEVER_AGAIN;
        }
        if (touchedBeforeReads < 0 && stuck < 0) {
            isCurious = false;
            seen.clear();
        }
        return warning;
    }

    /** A resume of this session is over, and was not refused. */
    void resumed(String sessionId) {
        if (isCurious) {
            synchronized (this) {
                Seen session = seen.get(sessionId);
                if (session != null) {
                    session.resumedAtMillis = maxAge.clock().millis();
                }
            }
        }
    }

    private long gapMillis() {
        return Math.max(LEAST_GAP_MILLIS, maxAge.millis() / 24);
    }

    /** Changed under the lock, since a read is to leave no garbage. */
    private static final class Seen {
        private long lastUsedMillis;
        private long readAtMillis;
        private long resumedAtMillis;

        Seen(long lastUsedMillis, long readAtMillis) {
            this.lastUsedMillis = lastUsedMillis;
            this.readAtMillis = readAtMillis;
            this.resumedAtMillis = NEVER;
        }

        void wasRead(long newLastUsedMillis, long atMillis) {
            lastUsedMillis = newLastUsedMillis;
            readAtMillis = atMillis;
            resumedAtMillis = NEVER;
        }

        boolean wasResumed() {
            return resumedAtMillis != NEVER;
        }

        /** Nor used, as far as is known: else it may well have been touched just now. */
        boolean isUnreadSince(long millis) {
            return !wasResumed() && readAtMillis <= millis;
        }
    }
}
