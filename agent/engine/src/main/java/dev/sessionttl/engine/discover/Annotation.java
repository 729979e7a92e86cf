package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An annotation with the texts in it.
 *
 * @param type its binary name
 * @param texts by the name of the element; an array's one by one
 */
record Annotation(String type, Map<String, List<String>> texts, Map<String, Object> others) {
    Optional<String> text(String element) {
        List<String> found = texts.getOrDefault(element, List.of());
        return found.isEmpty() || found.get(0).isBlank() ? Optional.empty() : Optional.of(found.get(0));
    }

    boolean isNamed(String... simpleNames) {
        return List.of(simpleNames).contains(type.substring(type.lastIndexOf('.') + 1));
    }

    boolean isFalse(String element) {
        return Boolean.FALSE.equals(others.get(element));
    }

    boolean isTrue(String element) {
        return Boolean.TRUE.equals(others.get(element));
    }
}
