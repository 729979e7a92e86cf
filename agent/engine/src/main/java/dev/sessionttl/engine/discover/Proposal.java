package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.Optional;

/** What was found in a host, and what of it goes into a config. Immutable. */
public final class Proposal {
    private final List<Finding> findings;
    private final String scanned;
    private final List<String> notes;

    /**
     * @param scanned what was read, for people
     * @param notes what could not be read, and what a person should know of the whole
     */
    Proposal(List<Finding> findings, String scanned, List<String> notes) {
        this.findings = findings.stream()
                .sorted((one, other) -> one.kind() == other.kind()
                        ? Boolean.compare(other.isProposed(), one.isProposed())
                        : one.kind().compareTo(other.kind()))
                .toList();
        this.scanned = scanned;
        this.notes = List.copyOf(notes);
    }

    /** Whether there is a site to decide or to see anything at, or at least a table to sweep. */
    public boolean isUseful() {
        return store("table").isPresent()
                || !proposed(Finding.Kind.READ).isEmpty()
                || !proposed(Finding.Kind.FAILURE).isEmpty()
                || !proposed(Finding.Kind.PROCESSES).isEmpty();
    }

    /** The text of an {@code agents.json}. */
    public String config() {
        return ProposalJson.config(this);
    }

    /** The same and every finding, as one JSON object. */
    public String json() {
        return ProposalJson.all(this);
    }

    /** Every finding in words, the config at the end. */
    public String text() {
        return ProposalText.of(this);
    }

    List<Finding> findings() {
        return findings;
    }

    List<Finding> proposed(Finding.Kind kind) {
        return findings.stream()
                .filter(finding -> finding.kind() == kind && finding.isProposed())
                .toList();
    }

    Optional<Object> store(String name) {
        return proposed(Finding.Kind.STORE).stream()
                .filter(finding -> finding.entry().containsKey(name))
                .map(finding -> finding.entry().get(name))
                .findFirst();
    }

    String scanned() {
        return scanned;
    }

    List<String> notes() {
        return notes;
    }
}
