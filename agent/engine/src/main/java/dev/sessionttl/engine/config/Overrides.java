package dev.sessionttl.engine.config;

import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the environment and, above it, the system properties say of the scalar settings. */
final class Overrides {
    private static final String VARIABLE_PREFIX = "SESSION_TTL_";
    private static final String PROPERTY_PREFIX = "session.ttl.";
    private static final String MEANWHILE = "meanwhile what was set before it counts";

    /** The log reads it for itself, before there is a config; here it is only checked. */
    private static final Setting<Log.Level> LOG =
            new Setting<>("log", "log", new Choice<>(Log.Level.class), Log.Level.INFO);

    private record Given(Setting<?> setting, String text, String origin) {}

    /** The weakest first. */
    private final List<Given> overrides = new ArrayList<>();

    private final Problems problems;

    private Overrides(Problems problems) {
        this.problems = problems;
    }

    static Overrides of(Map<String, String> environment, Properties systemProperties, Problems problems) {
        Overrides found = new Overrides(problems);
        // Sorted, so that of two spellings of one setting the same one wins at every start.
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            String text = variable.getValue();
            if (name.equals(Setting.MAX_SESSION_AGE_MS.name)) {
                found.overrides.add(new Given(Setting.MAX_SESSION_AGE_MS, text, "environment " + name));
            } else if (startsWith(name, VARIABLE_PREFIX)) {
                found.add(name, VARIABLE_PREFIX, text, "environment ");
            }
        }
        for (String name : new TreeSet<>(systemProperties.stringPropertyNames())) {
            if (startsWith(name, PROPERTY_PREFIX)) {
                found.add(name, PROPERTY_PREFIX, systemProperties.getProperty(name, ""), "system property ");
            }
        }
        found.find(LOG);
        return found;
    }

    /** What was said last, of all that was said rightly. */
    <T> Optional<T> find(Setting<T> setting) {
        Optional<T> last = Optional.empty();
        String meanwhile = setting.ifWrong.isPresent() ? setting.meanwhile() : MEANWHILE;
        for (Given given : overrides) {
            if (given.setting() == setting) {
                Entry entry = new Entry(setting.rule.lift(given.text()), given.origin(), meanwhile, problems);
                Optional<T> value = setting.read(entry);
                last = value.isPresent() ? value : last;
            }
        }
        return last;
    }

    /** Whether anything was said of it, right or wrong. */
    boolean mention(Setting<?> setting) {
        for (Given given : overrides) {
            if (given.setting() == setting) {
                return true;
            }
        }
        return false;
    }

    /** A name without case, hyphens, underscores and dots, by which all spellings of a setting are one. */
    static String relaxed(String name) {
        StringBuilder letters = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (letter != '-' && letter != '_' && letter != '.') {
                letters.append(letter);
            }
        }
        return letters.toString().toLowerCase(Locale.ROOT);
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private void add(String name, String prefix, String text, String kind) {
        String rest = name.substring(prefix.length());
        Optional<Setting<?>> setting = settingNamed(rest);
        if (setting.isEmpty()) {
            complainOfUnknown(kind + name, prefix, rest);
            return;
        }
        for (Given other : overrides) {
            if (other.setting() == setting.get()
                    && other.origin().startsWith(kind + prefix)
                    && !other.text().equals(text)) {
                problems.add(
                        JsonNode.Position.NONE,
                        kind + name,
                        "it says otherwise than " + other.origin() + ", and both set the same",
                        "keep one; meanwhile this one counts");
            }
        }
        overrides.add(new Given(setting.get(), text, kind + name));
    }

    private static Optional<Setting<?>> settingNamed(String name) {
        String wanted = relaxed(name);
        for (Setting<?> setting : Setting.ALL) {
            if (relaxed(setting.property).equals(wanted)) {
                return Optional.of(setting);
            }
        }
        return relaxed(LOG.property).equals(wanted) ? Optional.of(LOG) : Optional.empty();
    }

    private void complainOfUnknown(String place, String prefix, String rest) {
        List<String> known = new ArrayList<>();
        for (Setting<?> setting : Setting.ALL) {
            known.add(prefix.equals(VARIABLE_PREFIX) ? asVariable(setting.property) : setting.property);
        }
        known.add(prefix.equals(VARIABLE_PREFIX) ? asVariable(LOG.property) : LOG.property);
        List<String> nearest = Nearest.to(rest, known, 1);
        problems.add(
                JsonNode.Position.NONE,
                place,
                "no setting of that name is known",
                (nearest.isEmpty()
                                ? "known are " + prefix + String.join(", " + prefix, known)
                                : "did you mean " + prefix + nearest.get(0) + "?")
                        + "; meanwhile it is ignored");
    }

    /** {@code store.sessionId} is {@code STORE_SESSION_ID} in the environment. */
    private static String asVariable(String property) {
        StringBuilder variable = new StringBuilder();
        for (int i = 0; i < property.length(); i++) {
            char letter = property.charAt(i);
            if (Character.isUpperCase(letter)) {
                variable.append('_');
            }
            variable.append(letter == '.' ? '_' : Character.toUpperCase(letter));
        }
        return variable.toString();
    }
}
