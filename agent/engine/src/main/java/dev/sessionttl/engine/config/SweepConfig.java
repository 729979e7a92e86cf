package dev.sessionttl.engine.config;

/**
 * When the table is swept, and how far a sweep may go.
 *
 * @param budgetMillis ms that the sweep may hold the host's start up; 0 leaves all of it for later
 * @param everyMillis ms from one sweep to the next while the host runs; 0: the table is swept at the start only
 * @param maxFraction the greatest part of the table's rows that one sweep may drop, above 0 and up to 1, which is all of
 *     them. 0 stands for a value that could not be read: then no sweep drops any row
 */
public record SweepConfig(long budgetMillis, long everyMillis, double maxFraction) {
    /** A share of fewer rows than this tells nothing. */
    private static final int FRACTION_COUNTS_FROM_ROWS = 100;

    /** Whether one sweep may drop so many of the table's rows. */
    public boolean allows(int expired, long rows) {
        // 0 stands for a fraction that could not be read: then no row is risked, however small the table.
        boolean counts = rows > FRACTION_COUNTS_FROM_ROWS || maxFraction == 0;
        return !counts || expired <= maxFraction * rows;
    }
}
