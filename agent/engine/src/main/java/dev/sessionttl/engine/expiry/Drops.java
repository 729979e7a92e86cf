package dev.sessionttl.engine.expiry;

import dev.sessionttl.engine.expiry.ExpiryEvents.Occasion;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Carries out what was decided on stale rows, and sees to those that cannot go at once: while somebody else is writing in
 * the background, while a run of them is under way once it has ended. Any thread may call.
 */
final class Drops {
    /** Why a row is to go. */
    enum Reason {
        EXPIRED,
        REFUSED
    }

    /** What became of a row at its read. */
    enum Outcome {
        /** It is gone, or withheld for good. */
        OUT_OF_THE_WAY,
        /** Somebody touched it since it was seen. */
        TOUCHED,
        /** Somebody is writing just now, maybe this very row: it is vetoed, and goes later. */
        UNSETTLED
    }

    /**
     * After a drop that failed on a lock or a full disk, unless another thread's succeeds. A host may read many stale
     * sessions in one transaction: only the first of them is to wait for the lock that its own thread holds.
     */
    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SessionTable table;
    private final LongSupplier nanoTime;
    private final ExpiryEvents events;
    private final Background background;
    private final BooleanSupplier dryRun;
    private final Vetoes vetoes;
    private final RunningResumes running;
    private final Supplier<String> site;
    private final Quarantine quarantine = new Quarantine();
    /** Another object with every drop that the table takes, on whatever thread. */
    private volatile Object lastSuccess = new Object();

    private final ThreadLocal<Optional<Pause>> pause = ThreadLocal.withInitial(Optional::empty);

    Drops(
            SessionTable table,
            LongSupplier nanoTime,
            ExpiryEvents events,
            Background background,
            BooleanSupplier dryRun,
            Vetoes vetoes,
            RunningResumes running,
            Supplier<String> site) {
        this.table = table;
        this.nanoTime = nanoTime;
        this.events = events;
        this.background = background;
        this.dryRun = dryRun;
        this.vetoes = vetoes;
        this.running = running;
        this.site = site;
    }

    Outcome atRead(SessionRow row, Reason reason) {
        if (dryRun.getAsBoolean()) {
            Log.info("dry run: would drop session " + Log.shortened(row.sessionId()) + ", it is "
                    + reason.name().toLowerCase(Locale.ROOT));
            return Outcome.OUT_OF_THE_WAY;
        }
        if (reason == Reason.REFUSED) {
            events.vetoedRead(row.sessionId());
        }
        if (quarantine.holds(row)) {
            return Outcome.OUT_OF_THE_WAY;
        }
        try {
            return dropUnlessInUse(row, reason, site.get()) ? Outcome.OUT_OF_THE_WAY : Outcome.TOUCHED;
        } catch (StoreException failure) {
            return withheld(row, reason, failure);
        }
    }

    /** It is known to be stale: the host must not get it, whether or not the row could go already. */
    private Outcome withheld(SessionRow row, Reason reason, StoreException failure) {
        if (reason == Reason.EXPIRED) {
            vetoes.put(row.sessionId(), Vetoes.Reason.EXPIRED);
        }
        switch (failure.kind()) {
            case BUSY -> {
                String decidedAt = site.get();
                inTheBackground(row, () -> dropLater(row, reason, decidedAt));
                return Outcome.UNSETTLED;
            }
            case CONSTRAINT -> {
                events.storeFailed("drop", failure);
                keptByTheDatabase(row, Log.inWords(failure));
            }
            // No fault of this row's: it goes at a later read, once the disk has room again.
            case READ_ONLY, REFUSED, FAILED, ABSENT -> events.storeFailed("drop", failure);
        }
        return Outcome.OUT_OF_THE_WAY;
    }

    /** One more try at a row that would not go, though nobody touched it; after a few, no more are made. */
    void keptByTheDatabase(SessionRow row, String why) {
        vetoes.put(row.sessionId(), Vetoes.Reason.EXPIRED);
        if (quarantine.failed(row)) {
            Log.warn("session " + Log.shortened(row.sessionId()) + " cannot be dropped and is withheld from now on: "
                    + why);
        }
    }

    /** Every row of an id whose resume was refused. */
    void refused(String sessionId, List<?> key) {
        String decidedAt = site.get();
        try {
            unlessPaused(() -> dropAll(sessionId, key, decidedAt));
        } catch (StoreException failure) {
            if (failure.kind() == Kind.BUSY) {
                inTheBackground(List.of(sessionId, key), () -> dropAllLater(sessionId, key, decidedAt));
            } else {
                events.storeFailed("drop", failure);
            }
        }
    }

    private void inTheBackground(Object what, Background.Work work) {
        Log.debug("the table is busy: the drop goes on in the background");
        background.untilDone(what, work);
    }

    /** A row that was in use meanwhile is not dropped for age even when its run has ended: the host has yet to touch it. */
    private void dropLater(SessionRow row, Reason reason, String decidedAt) throws StoreException {
        boolean isToGo = reason == Reason.REFUSED ? isStillRefused(row.sessionId()) : !running.any(row.sessionId());
        if (isToGo && !dryRun.getAsBoolean()) {
            boolean unused = dropUnlessInUse(row, reason, decidedAt);
        }
    }

    private void dropAllLater(String sessionId, List<?> key, String decidedAt) throws StoreException {
        if (isStillRefused(sessionId) && !dryRun.getAsBoolean()) {
            unlessInUse(sessionId);
            unlessPaused(() -> dropAll(sessionId, key, decidedAt));
        }
    }

    /** A later run may have been seen to succeed. */
    private boolean isStillRefused(String sessionId) {
        Vetoes.Veto veto = vetoes.on(sessionId);
        return veto != null && veto.reason() == Vetoes.Reason.REFUSED;
    }

    /** Whether it is gone; false means that somebody touched it since it was seen. */
    private boolean dropUnlessInUse(SessionRow row, Reason reason, String decidedAt) throws StoreException {
        unlessInUse(row.sessionId());
        boolean isNews = !table.keepsWhatIsDropped() || vetoes.on(row.sessionId()) == null;
        boolean dropped =
                unlessPaused(() -> reason == Reason.REFUSED ? table.dropSession(row) : dropExpired(row, isNews));
        if (dropped && isNews) {
            tell(row, reason, decidedAt);
        }
        return dropped;
    }

    private boolean dropExpired(SessionRow row, boolean isNews) throws StoreException {
        boolean dropped = table.dropIfUntouched(row);
        if (dropped && !isNews) {
            events.vetoedRead(row.sessionId());
        } else if (dropped) {
            vetoes.put(row.sessionId(), Vetoes.Reason.EXPIRED);
            events.expired(Occasion.READ, 1);
            Log.info("dropped session " + Log.shortened(row.sessionId()) + " at its read: it is expired");
        } else {
            Log.debug("session " + Log.shortened(row.sessionId()) + " stays: it was touched since, or is gone");
        }
        return dropped;
    }

    private boolean dropAll(String sessionId, List<?> key, String decidedAt) throws StoreException {
        boolean any = false;
        for (SessionRow row : table.findBySessionId(sessionId, key)) {
            if (table.dropSession(row)) {
                any = true;
                tell(row, Reason.REFUSED, decidedAt);
                Log.info("dropped session " + Log.shortened(sessionId) + ": its resume was refused");
            }
        }
        return any;
    }

    private void tell(SessionRow row, Reason reason, String decidedAt) {
        events.dropped(row, reason.name().toLowerCase(Locale.ROOT), decidedAt);
    }

    private void unlessInUse(String sessionId) throws StoreException {
        if (running.any(sessionId)) {
            throw new StoreException(Kind.BUSY, "a run of it is under way");
        }
    }

    private boolean unlessPaused(Drop drop) throws StoreException {
        if (pause.get().filter(this::isOn).isPresent()) {
            throw new StoreException(Kind.BUSY, "the table could not be written a moment ago");
        }
        try {
            boolean done = drop.isDone();
            lastSuccess = new Object();
            pause.remove();
            return done;
        } catch (StoreException failure) {
            if (failure.kind() == Kind.BUSY || failure.kind() == Kind.FAILED) {
                pause.set(Optional.of(new Pause(nanoTime.getAsLong() + PAUSE_NANOS, lastSuccess)));
            }
            throw failure;
        }
    }

    private boolean isOn(Pause of) {
        return nanoTime.getAsLong() - of.untilNanos < 0 && lastSuccess == of.since;
    }

    /** @param since the last success before it */
    private record Pause(long untilNanos, Object since) {}

    @FunctionalInterface
    private interface Drop {
        boolean isDone() throws StoreException;
    }
}
