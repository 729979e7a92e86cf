package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells a person what was found, how sure it is, and what to look at. */
final class ProposalText {
    /** Names in class files may be anything, what a terminal would obey among it. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n]]");

    private ProposalText() {}

    static String of(Proposal proposal) {
        StringBuilder text = new StringBuilder();
        text.append(proposal.scanned()).append('\n');
        for (String note : proposal.notes()) {
            text.append("note: ").append(note).append('\n');
        }
        append(
                text,
                "proposed",
                proposal.findings().stream().filter(Finding::isProposed).toList());
        append(
                text,
                "not proposed; to look at by hand",
                proposal.findings().stream()
                        .filter(finding -> !finding.isProposed())
                        .toList());
        text.append('\n');
        if (proposal.isUseful()) {
            text.append("config/agents.json:\n\n").append(proposal.config());
        } else {
            text.append(
                    "nothing that could be proposed: no table of sessions, no method that reads one, none where a resume fails, no process\n");
        }
        return CONTROL.matcher(text).replaceAll("?");
    }

    private static void append(StringBuilder text, String title, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        text.append('\n').append(title).append('\n');
        for (Finding finding : findings) {
            text.append("  ")
                    .append(String.format(
                            Locale.ROOT, "%-9s %-6s  ", finding.kind().name().toLowerCase(Locale.ROOT), finding.sure()))
                    .append(finding.place())
                    .append('\n')
                    .append("      ")
                    .append(finding.why())
                    .append('\n');
            if (!finding.byHand().isEmpty()) {
                text.append("      look at: ").append(finding.byHand()).append('\n');
            }
        }
    }
}
