package dev.sessionttl.engine.callsite;

/** A name in which {@code *} stands for any run of characters, dots and none included. Immutable. */
public final class Glob {
    private final String pattern;
    private final boolean exact;

    public Glob(String pattern) {
        this.pattern = pattern;
        this.exact = pattern.indexOf('*') < 0;
    }

    public String pattern() {
        return pattern;
    }

    boolean isExact() {
        return exact;
    }

    public boolean matches(String text) {
        return matches(text, 0);
    }

    /** Whether the rest of the text from {@code start} matches. In O(pattern × text), whatever the stars. */
    boolean matches(String text, int start) {
        if (exact) {
            return text.length() - start == pattern.length() && text.startsWith(pattern, start);
        }
        int inPattern = 0;
        int inText = start;
        int lastStar = -1;
        int takenByStar = start;
        while (inText < text.length()) {
            if (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
                lastStar = inPattern++;
                takenByStar = inText;
            } else if (inPattern < pattern.length() && pattern.charAt(inPattern) == text.charAt(inText)) {
                inPattern++;
                inText++;
            } else if (lastStar >= 0) {
                inPattern = lastStar + 1;
                inText = ++takenByStar;
            } else {
                return false;
            }
        }
        while (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
            inPattern++;
        }
        return inPattern == pattern.length();
    }
}
