package dev.sessionttl.engine.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the names a person most likely meant. */
public final class Nearest {
    private Nearest() {}

    /**
     * The names nearest to a mistyped one, nearest first, by edit distance without regard to case; two neighbours that
     * changed places are one edit. A name is near when at most a third of the longer of the two would have to be typed
     * anew.
     *
     * @param atMost how many names to give
     */
    public static List<String> to(String wanted, Collection<String> known, int atMost) {
        return known.stream()
                .distinct()
                .filter(name -> distance(wanted, name) <= Math.max(1, Math.max(wanted.length(), name.length()) / 3))
                .sorted(Comparator.<String>comparingInt(name -> distance(wanted, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(atMost)
                .toList();
    }

    /** As {@link #to} for the binary names of types; those of the same simple name come first, and alone. */
    public static List<String> typesTo(String wanted, Collection<String> known, int atMost) {
        List<String> namesakes = known.stream()
                .filter(name -> simple(name).equals(simple(wanted)))
                .limit(atMost)
                .toList();
        return namesakes.isEmpty() ? to(wanted, known, atMost) : namesakes;
    }

    private static String simple(String name) {
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    }

    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] beforePrevious = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    current[j] = Math.min(current[j], 1 + beforePrevious[j - 2]);
                }
            }
            beforePrevious = previous;
            previous = current;
        }
        return previous[b.length()];
    }
}
