package com.acme.orchestrator.night;

import com.acme.orchestrator.DispatchReport;
import com.acme.orchestrator.Summary;
import java.util.List;
import java.util.Optional;

/**
 * What a run left behind.
 *
 * @param reports its journal
 * @param rows its table
 * @param counter the resume failures that its metrics page told; empty when nothing answered
 */
record NightResult(List<DispatchReport> reports, Rows rows, Optional<String> counter) {

    /**
     * The table at the end.
     *
     * @param left its rows
     * @param dead those whose session the CLI has no conversation for
     */
    record Rows(long left, long dead) {}

    Summary summary() {
        return Summary.of(reports);
    }

    /** How often one of these sessions was refused. */
    long refusalsOf(List<String> sessionIds) {
        return reports.stream()
                .filter(report -> report.refusedAfter().isPresent())
                .filter(report -> report.resumed().filter(sessionIds::contains).isPresent())
                .count();
    }
}
