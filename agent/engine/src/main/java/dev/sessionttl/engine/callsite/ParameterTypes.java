package dev.sessionttl.engine.callsite;

import java.util.List;

/** The parameter list of a pointcut: types by simple or full name, and {@code ..} for any number of any. Immutable. */
final class ParameterTypes {
    static final String REST = "..";
    static final ParameterTypes ANY = new ParameterTypes(List.of(REST));

    private final List<Glob> patterns;

    ParameterTypes(List<String> patterns) {
        this.patterns =
                patterns.stream().map(ParameterTypes::dotted).map(Glob::new).toList();
    }

    boolean matches(List<String> typeNames) {
        int inPatterns = 0;
        int inTypes = 0;
        int lastRest = -1;
        int takenByRest = 0;
        while (inTypes < typeNames.size()) {
            if (inPatterns < patterns.size() && isRest(inPatterns)) {
                lastRest = inPatterns++;
                takenByRest = inTypes;
            } else if (inPatterns < patterns.size() && matches(patterns.get(inPatterns), typeNames.get(inTypes))) {
                inPatterns++;
                inTypes++;
            } else if (lastRest >= 0) {
                inPatterns = lastRest + 1;
                inTypes = ++takenByRest;
            } else {
                return false;
            }
        }
        while (inPatterns < patterns.size() && isRest(inPatterns)) {
            inPatterns++;
        }
        return inPatterns == patterns.size();
    }

    private boolean isRest(int index) {
        return patterns.get(index).pattern().equals(REST);
    }

    /** By full name, or by any tail of it that begins at a package or an outer type. */
    private static boolean matches(Glob pattern, String typeName) {
        String name = dotted(typeName);
        int start = 0;
        do {
            if (pattern.matches(name, start)) {
                return true;
            }
            start = name.indexOf('.', start) + 1;
        } while (start > 0);
        return false;
    }

    /** In a parameter list people write nested types as their source does, with a dot. */
    private static String dotted(String typeName) {
        return typeName.replace('$', '.');
    }
}
