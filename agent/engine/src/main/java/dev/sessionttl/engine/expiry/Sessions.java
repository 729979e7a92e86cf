package dev.sessionttl.engine.expiry;

import dev.sessionttl.engine.report.Log;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides on every stored session that the host is about to use, and drops the stale ones. Any thread may call; none of
 * its methods throws: what cannot be decided is left as it is (law 10).
 */
public final class Sessions {
    private final SessionTable table;
    private final MaxSessionAge maxAge;
    private final ExpiryEvents events;
    private volatile boolean dryRun;
    private final Vetoes vetoes;
    private final LetPass letPass = new LetPass();
    private final LongSupplier nanoTime;
    private final RunningResumes running = new RunningResumes();
    private final ColumnHabits habits;
    private final ClockGuard clock;
    private final Drops drops;

    /**
     * @param nanoTime a monotonic clock in ns, by which vetoes last, and which tells when the wall clock cannot be trusted
     * @param site where in the host the calling thread is, for people
     */
    public Sessions(
            SessionTable table,
            MaxSessionAge maxAge,
            LongSupplier nanoTime,
            ExpiryEvents events,
            Background background,
            boolean dryRun,
            Supplier<String> site) {
        this.table = table;
        this.maxAge = maxAge;
        this.nanoTime = nanoTime;
        this.events = events;
        this.dryRun = dryRun;
        this.vetoes = new Vetoes(maxAge, nanoTime);
        this.clock = new ClockGuard(maxAge, nanoTime, events);
        this.habits = new ColumnHabits(maxAge);
        this.drops = new Drops(table, nanoTime, events, background, this::isDryRun, vetoes, running, site);
    }

    /** Whether nothing is to be dropped or withheld, and what would be is only told. */
    public boolean isDryRun() {
        return dryRun;
    }

    /** From now on it is so, or is not: the config has changed. */
    public void setDryRun(boolean onlyTells) {
        dryRun = onlyTells;
    }

    /** The host is about to read the session stored under a key. */
    public Verdict readByKey(List<?> key) {
        try {
            return decide(null, key);
        } catch (StoreException failure) {
            events.storeFailed("find", failure);
            return Verdict.LEAVE;
        }
    }

    /**
     * The host's own code has found a session id, in the table or in a cache of its own, and is about to hand it out.
     *
     * @param key the values of the key columns where the site tells them, which spares a search of the whole table; else
     *     empty
     */
    public Verdict readOf(String sessionId, List<?> key) {
        // Before it is judged, so that a veto which comes meanwhile undoes the verdict.
        long vetoesBefore = vetoes.everPut();
        Verdict verdict;
        try {
            verdict = decide(sessionId, key);
        } catch (StoreException failure) {
            events.storeFailed("find", failure);
            return isRefused(sessionId) ? vetoedRead(sessionId) : Verdict.LEAVE;
        }
        if (verdict == Verdict.LEAVE) {
            letPass.add(sessionId, nanoTime.getAsLong(), vetoesBefore);
        }
        return verdict;
    }

    /**
     * As {@link #readOf}, of an id that an object-relational mapper holds. No row is dropped: the host may write it in the
     * transaction in which it was read, and would fail there. The id is withheld for as long as its row says so, until the
     * host stores another or a sweep drops it.
     */
    public Verdict readOfEntity(String sessionId) {
        long vetoesBefore = vetoes.everPut();
        try {
            List<SessionRow> rows = table.findBySessionId(sessionId, List.of());
            boolean live = rows.isEmpty()
                    ? vetoes.on(sessionId) == null
                    : rows.stream().anyMatch(row -> whyToDrop(row).isEmpty());
            if (!live) {
                return vetoedRead(sessionId);
            }
        } catch (StoreException failure) {
            events.storeFailed("find", failure);
            return isRefused(sessionId) ? vetoedRead(sessionId) : Verdict.LEAVE;
        }
        table.used(sessionId);
        letPass.add(sessionId, nanoTime.getAsLong(), vetoesBefore);
        return Verdict.LEAVE;
    }

    /**
     * Whether {@link #readOf} has let this id pass a moment ago, and no id was dropped or refused since: then it need not be
     * asked again. Quick, and allocates nothing.
     */
    public boolean wasJustLetPass(String sessionId) {
        return letPass.has(sessionId, nanoTime.getAsLong(), vetoes.everPut());
    }

    /**
     * The host's own answer to a read by key holds this id. Usually it is the one that was just decided; only a host
     * with a cache of its own can hand out one whose row is gone.
     */
    public Verdict handedOut(String sessionId) {
        return isVetoed(sessionId) ? readOf(sessionId, List.of()) : Verdict.LEAVE;
    }

    /** Whether this id is known to be dead. */
    public boolean isVetoed(String sessionId) {
        return vetoes.on(sessionId) != null;
    }

    /** Whether any id is vetoed: while none is, {@link #handedOut} has nothing to say. */
    public boolean anyVetoed() {
        return !vetoes.isEmpty();
    }

    /** Whether another resume of this id must fail too, and is to be kept from the host. */
    public boolean isRefused(String sessionId) {
        return !dryRun && wasRefused(sessionId);
    }

    /** Whether a resume of this id was refused before, and none ran well since. */
    public boolean wasRefused(String sessionId) {
        Vetoes.Veto veto = vetoes.on(sessionId);
        return veto != null && veto.reason() == Vetoes.Reason.REFUSED;
    }

    /** After a time in which nobody saw what ran well, no id is known to be dead. */
    public void forgetWhatIsDead() {
        vetoes.clear();
    }

    /**
     * A resume of this id was refused: it is vetoed at once, and its rows are dropped.
     *
     * @param key the values of the key columns where the site tells them; empty for every row that holds the id
     */
    public void refused(String sessionId, List<?> key) {
        if (running.atSites(sessionId) > 1) {
            Log.info("session " + Log.shortened(sessionId)
                    + " was refused while another run of it is under way: it is kept");
        } else {
            isDead(sessionId, key);
        }
    }

    /** As {@link #refused}, where it is known that no other run of the id was under way. */
    public void isDead(String sessionId, List<?> key) {
        if (dryRun) {
            Log.info("dry run: would drop session " + Log.shortened(sessionId) + ", its resume was refused");
            return;
        }
        vetoes.put(sessionId, Vetoes.Reason.REFUSED);
        drops.refused(sessionId, key);
    }

    /** A resume of this id begins; until it {@link #resumeEnded ends}, the id is neither expired nor taken for dead. */
    public void resumeBegan(String sessionId) {
        running.beganAtSite(sessionId);
        used(sessionId);
    }

    /** To be called once for every {@link #resumeBegan}, after what the resume came to was told. */
    public void resumeEnded(String sessionId) {
        running.endedAtSite(sessionId);
        // Once more: it may have taken long.
        used(sessionId);
    }

    /** As {@link #resumeBegan}, of the process in which a resume runs; a failure site may tell of the same one. */
    public void processBegan(String sessionId) {
        running.processBegan(sessionId);
        used(sessionId);
    }

    /** To be called once for every {@link #processBegan}. */
    public void processEnded(String sessionId) {
        running.processEnded(sessionId);
        used(sessionId);
    }

    /** A resume of this id ended, and well as far as is known. */
    public void ranWell(String sessionId) {
        habits.resumed(sessionId);
    }

    /** A run of the CLI begins this session, or says that it is its own. */
    public void emitted(String sessionId) {
        used(sessionId);
    }

    private void used(String sessionId) {
        if (!wasRefused(sessionId)) {
            table.used(sessionId);
        }
    }

    /** Whether a resume of this id is known to be under way in this JVM. */
    public boolean isInUse(String sessionId) {
        return running.any(sessionId);
    }

    /** Whether ages can be trusted at the moment; a sweep asks before it begins. */
    public boolean trustsAges() {
        return clock.trustsAges();
    }

    /** A last-used value says nothing about age: a read tells of each, a sweep once of all that it met. */
    public void metUnjudgeable() {
        events.failedOpen(
                "timestamp",
                new IllegalArgumentException(
                        "a last-used value cannot be told for a moment, or lies more than a day ahead"));
    }

    /** A run with this id was seen to succeed: it is alive after all. */
    public void succeeded(String sessionId) {
        vetoes.lift(sessionId);
    }

    /** The sweep dropped this id for age while the host runs, and may have a copy of it. */
    public void swept(String sessionId) {
        vetoes.put(sessionId, Vetoes.Reason.EXPIRED);
    }

    /** Whoever decides on behalf of the host could not, and left it as it was (law 10). */
    public void failedOpen(String operation, Throwable cause) {
        events.failedOpen(operation, cause);
    }

    /** @param sessionId what is looked for; null for whatever lies under the key */
    private Verdict decide(@Nullable String sessionId, List<?> key) throws StoreException {
        List<SessionRow> before = List.of();
        // Twice at the most: a row that was touched between our look and our delete is judged once more.
        for (int looks = 0; looks < 2; looks++) {
            List<SessionRow> rows = sessionId == null ? table.findByKey(key) : table.findBySessionId(sessionId, key);
            boolean live = false;
            boolean touched = false;
            boolean unsettled = false;
            for (SessionRow row : rows) {
                Optional<Drops.Reason> reason = whyToDrop(row);
                if (reason.isEmpty()) {
                    live = true;
                    // Only what was judged before: else a stale id would be as good as new by being asked for.
                    table.used(row.sessionId());
                } else if (before.contains(row)) {
                    // Nobody touched it, and still it would not go: a trigger ignores the deletion.
                    drops.keptByTheDatabase(row, "the database left it where it is");
                } else {
                    Drops.Outcome outcome = drops.atRead(row, reason.get());
                    touched |= outcome == Drops.Outcome.TOUCHED;
                    unsettled |= outcome == Drops.Outcome.UNSETTLED;
                }
            }
            if (live) {
                return Verdict.LEAVE;
            }
            if (!touched) {
                if (rows.isEmpty() && before.isEmpty()) {
                    return sessionId == null ? Verdict.LEAVE : ofNoRow(sessionId);
                }
                return unsettled ? Verdict.UNSETTLED : absent();
            }
            before = rows;
        }
        return Verdict.LEAVE;
    }

    /** Empty where the row is live. */
    private Optional<Drops.Reason> whyToDrop(SessionRow row) {
        Vetoes.Veto veto = vetoes.on(row.sessionId());
        if (veto != null && veto.reason() == Vetoes.Reason.REFUSED) {
            return Optional.of(Drops.Reason.REFUSED);
        }
        long now = maxAge.clock().millis();
        if (maxAge.cannotJudge(row.lastUsed(), now)) {
            metUnjudgeable();
        }
        habits.read(row, now).ifPresent(warning -> Log.warnOnce(warning, warning));
        if (maxAge.isExceededBy(row.lastUsed(), now) && !isInUse(row.sessionId()) && clock.trustsAges()) {
            return Optional.of(Drops.Reason.EXPIRED);
        }
        if (veto != null) {
            vetoes.lift(row.sessionId());
        }
        return Optional.empty();
    }

    private Verdict ofNoRow(String sessionId) {
        if (isVetoed(sessionId)) {
            return vetoedRead(sessionId);
        }
        table.used(sessionId);
        return Verdict.LEAVE;
    }

    private Verdict vetoedRead(String sessionId) {
        events.vetoedRead(sessionId);
        return absent();
    }

    private Verdict absent() {
        return dryRun ? Verdict.LEAVE : Verdict.ABSENT;
    }
}
