package dev.sessionttl.distribution.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A {@code config/agents.json} for the table that {@link Database} makes. The sweep is left to the background: nothing is
 * swept before the host has begun, and loaded its driver.
 */
public final class AgentsJson {
    private final Map<String, String> section = new LinkedHashMap<>();
    private final List<String> reads = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private AgentsJson() {
        withStore("\"sweepBudgetMs\": 0");
    }

    public static AgentsJson ofTable() {
        return new AgentsJson();
    }

    /** @param entry decides by {@code key} or by {@code sessionId} */
    public AgentsJson withRead(String at, String entry, String path) {
        reads.add(site("at", at, entry, path));
        return this;
    }

    /** @param site the whole entry */
    public AgentsJson withReadOf(String site) {
        reads.add(site);
        return this;
    }

    /** @param entries names and values by turns */
    public AgentsJson withFailure(String at, String... entries) {
        failures.add(site("at", at, entries));
        return this;
    }

    /** @param entries names and values by turns, beside the logger */
    public AgentsJson withLog(String logger, String... entries) {
        failures.add("{ \"log\": " + site("logger", logger, entries) + " }");
        return this;
    }

    /** Serves {@code /metrics} at any free port. */
    public AgentsJson withHttp() {
        section.put("http", "{ \"port\": 0 }");
        return this;
    }

    /** Writes the metrics to a file, every now and then. */
    public AgentsJson withTextfile(String path) {
        section.put("metrics", "{ \"textfile\": \"" + path + "\" }");
        return this;
    }

    /** Watches the processes that the host starts, with these entries. */
    public AgentsJson withProcesses(String entries) {
        section.put("processes", "{ " + entries + " }");
        return this;
    }

    /** Writes what was dropped into this file. */
    public AgentsJson withAudit(String path) {
        section.put("audit", '"' + path + '"');
        return this;
    }

    public AgentsJson withDryRun() {
        section.put("dryRun", "true");
        return this;
    }

    /** With the sweep before {@code main}, as the agent is by default. */
    public AgentsJson withSweep() {
        return withStore("\"timestamps\": \"auto\"");
    }

    /** Replaces the entries of the store but its URL. */
    public AgentsJson withStore(String entries) {
        section.put("store", "{ \"url\": \"jdbc:sqlite:data/orchestrator.db\", " + entries + " }");
        return this;
    }

    private static String site(String name, String value, String... entries) {
        StringBuilder site = new StringBuilder("{ \"" + name + "\": \"" + value + "\"");
        for (int i = 0; i < entries.length; i += 2) {
            site.append(", \"")
                    .append(entries[i])
                    .append("\": \"")
                    .append(entries[i + 1])
                    .append('"');
        }
        return site.append(" }").toString();
    }

    @Override
    public String toString() {
        Map<String, String> all = new LinkedHashMap<>(section);
        all.put("reads", "[\n    " + String.join(",\n    ", reads) + "\n  ]");
        all.put("failures", "[\n    " + String.join(",\n    ", failures) + "\n  ]");
        return all.entrySet().stream()
                .map(entry -> "  \"" + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(",\n", "{ \"sessionTtl\": {\n", "\n} }\n"));
    }
}
