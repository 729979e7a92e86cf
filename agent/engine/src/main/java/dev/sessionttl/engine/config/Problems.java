package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.report.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while a config is read. For one thread. */
final class Problems {
    private record Found(Position at, Problem problem) {}

    private final String file;
    private final List<Found> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Position at, String path, String what, String remedy) {
        found.add(new Found(at, new Problem(place(at, path), what, remedy)));
    }

    /** About the file as a whole. */
    void addAboutFile(String what, String remedy) {
        found.add(new Found(new Position(0, 0), new Problem(file, what, remedy)));
    }

    /** Where a person would look for it; {@code path} alone where it stands in no file. */
    String place(Position at, String path) {
        if (!at.isInFile()) {
            return path;
        }
        String place = file + ':' + at.line() + ':' + at.column();
        return path.isEmpty() ? place : place + ' ' + path;
    }

    int count() {
        return found.size();
    }

    List<Problem> inOrder() {
        if (found.isEmpty()) {
            return List.of();
        }
        // A comparator made of lambdas would cost every start of every host some ms, and most have no problem.
        found.sort(Comparator.<Found>comparingInt(one -> one.at().line())
                .thenComparingInt(one -> one.at().column()));
        List<Problem> problems = new ArrayList<>(found.size());
        for (Found one : found) {
            problems.add(one.problem());
        }
        return problems;
    }
}
