package dev.sessionttl.benchmarks.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@link ManyClasses} makes copies of: a class such as hosts are made of, about 3 KB. */
class OneOfMany00000 implements Comparable<OneOfMany00000> {
    private final String name;
    private final List<String> labels = new ArrayList<>();
    private long changedAt;

    OneOfMany00000(String name) {
        this.name = name;
    }

    Optional<String> firstLabel() {
        return labels.stream().filter(label -> !label.isBlank()).findFirst();
    }

    void label(String label) {
        labels.add(label);
        changedAt = System.currentTimeMillis();
    }

    long countOf(Map<String, Long> counts) {
        return labels.stream()
                .mapToLong(label -> counts.getOrDefault(label, 0L))
                .sum();
    }

    boolean isOlderThan(OneOfMany00000 other) {
        return changedAt < other.changedAt;
    }

    @Override
    public int compareTo(OneOfMany00000 other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OneOfMany00000 one && one.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + labels + " changed at " + changedAt;
    }
}
