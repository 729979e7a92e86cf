package com.acme.orchestrator.night;

import com.acme.orchestrator.Summary;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The runs side by side, as text. */
final class NightTable {
    private static final String NOTHING = "–";

    private final Roster roster;
    private final List<String> titles;
    private final List<NightResult> results;

    /**
     * @param titles of the columns
     * @param results one for each title
     */
    NightTable(Roster roster, List<String> titles, List<NightResult> results) {
        this.roster = roster;
        this.titles = titles;
        this.results = results;
    }

    String render() {
        return String.join(
                System.lineSeparator(),
                line("", titles),
                counted("dispatches", Summary::dispatches),
                counted("resumes tried", Summary::resumesTried),
                counted("resumes refused", Summary::refused),
                refused("  of an expired id", Fate.EXPIRED),
                refused("  of a young dead id", Fate.YOUNG_DEAD),
                counted("fresh starts", Summary::freshStarts),
                row("seconds wasted", result -> result.summary().wastedSeconds()),
                row("rows left", result -> result.rows().left()),
                row("  with a dead id", result -> result.rows().dead()),
                row(Metrics.COUNTER, result -> result.counter().orElse(NOTHING)));
    }

    private String counted(String name, Function<Summary, Object> number) {
        return row(name, result -> number.apply(result.summary()));
    }

    private String refused(String name, Fate fate) {
        return row(name, result -> result.refusalsOf(roster.sessionIds(fate)));
    }

    private String row(String name, Function<NightResult, Object> cell) {
        return line(name, results.stream().map(cell).toList());
    }

    private static String line(String name, List<?> cells) {
        return String.format("%-38s", name)
                + cells.stream().map(cell -> String.format("%19s", cell)).collect(Collectors.joining());
    }
}
