package dev.sessionttl.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured of some variants of a thing. They take turns, so that whatever else the machine does falls on all of
 * them alike.
 *
 * @param <V> what tells a variant
 */
final class Figures<V> {
    private final Map<V, Map<String, List<Double>>> values = new LinkedHashMap<>();

    /** One measurement of a variant: figures by their names. */
    @FunctionalInterface
    interface Measurement<V> {
        Map<String, Double> of(V variant) throws Exception;
    }

    /** The first of several rounds is not counted: it reads the files that the others find in memory. */
    static <V> Figures<V> inTurns(List<V> variants, Options options, Measurement<V> measurement) throws Exception {
        Figures<V> figures = new Figures<>();
        for (int round = options.isShort() ? 1 : 0; round <= options.rounds(); round++) {
            for (V variant : variants) {
                Map<String, Double> measured = measurement.of(variant);
                if (round > 0) {
                    figures.add(variant, measured);
                }
            }
        }
        return figures;
    }

    void add(V variant, Map<String, Double> measured) {
        Map<String, List<Double>> ofVariant = values.computeIfAbsent(variant, unused -> new LinkedHashMap<>());
        measured.forEach((name, value) ->
                ofVariant.computeIfAbsent(name, unused -> new ArrayList<>()).add(value));
    }

    double median(V variant, String name) {
        List<Double> sorted = sorted(variant, name);
        return sorted.get(sorted.size() / 2);
    }

    double least(V variant, String name) {
        return sorted(variant, name).get(0);
    }

    private List<Double> sorted(V variant, String name) {
        List<Double> all = values.getOrDefault(variant, Map.of()).getOrDefault(name, List.of());
        if (all.isEmpty()) {
            throw new IllegalStateException(variant + " told no " + name);
        }
        return all.stream().sorted().toList();
    }
}
