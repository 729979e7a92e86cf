package dev.sessionttl.engine.store;

import java.util.List;
import java.util.Optional;

/**
 * The host's table as a connection found it.
 *
 * @param candidates the bounds of the ranges in which the sweep looks
 * @param obstacle why no row of it may be dropped, and the remedy; empty where nothing speaks against it
 */
record TableLayout(TableSql sql, Candidates candidates, Optional<String> obstacle) {
    /** Pairs of bounds, from and below, in the order of the statement's parameters. */
    @FunctionalInterface
    interface Candidates {
        List<Object> before(long cutoffMillis);
    }
}
