package dev.sessionttl.engine;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.metrics.TableGauges;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.store.JdbcTable;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts the table's rows in the background, at most once a minute however often it is scraped. */
final class TableFacts implements TableGauges {
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Optional<JdbcTable> table;
    private final BackgroundThread background;
    private final InstantSource clock;
    private final AtomicLong lookedAtNanos = new AtomicLong(System.nanoTime() - 2 * FRESH_NANOS);
    private volatile JdbcTable.@Nullable Facts facts;
    private volatile Optional<StoreException.Kind> trouble = Optional.empty();

    /** @param table empty where the host has none: then nothing is ever known */
    TableFacts(Optional<JdbcTable> table, BackgroundThread background, InstantSource clock) {
        this.table = table;
        this.background = background;
        this.clock = clock;
    }

    @Override
    public double rows() {
        refreshIfOld();
        JdbcTable.Facts known = facts;
        return known == null ? Double.NaN : known.rows();
    }

    @Override
    public double oldestAgeSeconds() {
        refreshIfOld();
        JdbcTable.Facts known = facts;
        return known == null || known.oldestMillis().isEmpty()
                ? Double.NaN
                : (clock.millis() - known.oldestMillis().getAsLong()) / 1_000.0;
    }

    /** Why the table could not be counted when that was last tried; empty where it could, or was not tried yet. */
    Optional<StoreException.Kind> trouble() {
        return trouble;
    }

    void refreshIfOld() {
        long last = lookedAtNanos.get();
        long now = System.nanoTime();
        boolean canLook = table.filter(JdbcTable::isDriverSettled).isPresent();
        if (canLook && now - last > FRESH_NANOS && lookedAtNanos.compareAndSet(last, now)) {
            background.after(0, this::refresh);
        }
    }

    private void refresh() {
        try {
            facts = table.orElseThrow().facts();
            trouble = Optional.empty();
        } catch (StoreException unknown) {
            facts = null;
            trouble = Optional.of(unknown.kind());
            Log.debug("the table's rows could not be counted: " + Log.inWords(unknown));
        }
    }
}
