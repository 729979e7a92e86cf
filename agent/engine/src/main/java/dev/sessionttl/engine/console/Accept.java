package dev.sessionttl.engine.console;

import java.util.Optional;

/** What a scraper's Accept header asks for. */
final class Accept {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private Accept() {}

    /**
     * Whether OpenMetrics is named, and wanted as much as plain text or more. Whoever takes anything gets plain text, which
     * every browser shows.
     *
     * @param header in lower case; empty where there is none
     */
    static boolean prefersOpenMetrics(String header) {
        double openMetrics = weight(header, OPEN_METRICS).orElse(0.0);
        double plainText = weight(header, "text/plain")
                .or(() -> weight(header, "text/*"))
                .or(() -> weight(header, "*/*"))
                .orElse(0.0);
        return openMetrics > 0 && openMetrics >= plainText;
    }

    /** The greatest that the header gives this range, whatever its version. */
    private static Optional<Double> weight(String header, String range) {
        Optional<Double> greatest = Optional.empty();
        for (String each : header.split(",", -1)) {
            String[] parts = each.split(";", -1);
            if (parts[0].trim().equals(range)) {
                double weight = weight(parts);
                greatest = Optional.of(greatest.isPresent() ? Math.max(greatest.get(), weight) : weight);
            }
        }
        return greatest;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException unreadable) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
