package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Items;
import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import dev.sessionttl.engine.config.ReadConfig.OnEnter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code reads} and {@code failures}; an entry with a problem in it is left out. */
final class Sites {
    private static final String NO_READ = "meanwhile this read is left out";
    private static final String NO_FAILURE = "meanwhile this failure is left out";

    private static final Rule<String> POINTCUT =
            new Rules.OfText("a pointcut, such as com.acme.SessionStore#find(String)");
    private static final Rule<String> LOGGER = new Rules.OfText("the name of a logger, such as com.acme.*");
    private static final Rule<String> VALUE_PATH = new Rules.OfText("a value path, such as arg0");
    private static final Rule<List<String>> VALUE_PATHS = new Rules.OfTexts("a value path, such as arg0", false);

    private static final Rule<String> FIELD_PATH = new FieldPath();
    private static final Rule<String> ABSENT =
            new Rules.OfText("null-field, or a static member of the host's such as com.acme.Session#NONE");

    private final Section sessionTtl;
    private final List<String> keyColumns;
    private final Problems problems;

    /** @param keyColumns that a site's key has to give a value for, each; none where there is no table */
    Sites(Section sessionTtl, List<String> keyColumns, Problems problems) {
        this.sessionTtl = sessionTtl;
        this.keyColumns = keyColumns;
        this.problems = problems;
    }

    List<ReadConfig> reads() {
        List<ReadConfig> reads = new ArrayList<>();
        for (Section site : sitesIn("reads", Section.READ, NO_READ)) {
            int before = problems.count();
            String at = pointcut(site, "at", NO_READ);
            List<String> key = key(site, NO_READ);
            Optional<String> sessionId = site.read("sessionId", VALUE_PATH, NO_READ);
            if (sessionId.isPresent() && !startsAtReturn(sessionId.get())) {
                Entry entry = site.entry("sessionId", NO_READ).orElseThrow();
                entry.complain(
                        entry.value().shown() + " does not start with return",
                        "write return, or a path from it such as return.sessionId (what a read is given belongs in key)");
            }
            Optional<OnEnter> onEnter = onEnter(site);
            Optional<String> absent = absent(site, sessionId);
            if (!site.has("key") && !site.has("sessionId") && !site.has("onEnter")) {
                site.complain(
                        "it has neither key nor sessionId",
                        "write \"key\": \"arg0\" to decide by what the method is given, or \"sessionId\": \"return\" to"
                                + " decide by what it returns; " + NO_READ);
            }
            if (keyColumns.isEmpty() && site.has("key") && !site.has("sessionId") && !site.has("onEnter")) {
                site.entry("key", NO_READ)
                        .orElseThrow()
                        .complain(
                                "a key alone, but store is \"none\": there is no table to look it up in",
                                "write \"sessionId\": \"return\", or a path from it, to decide by the id that is handed out");
            }
            if (problems.count() == before) {
                reads.add(new ReadConfig(site.place(), at, key, sessionId, onEnter, absent));
            }
        }
        return reads;
    }

    private static Optional<OnEnter> onEnter(Section site) {
        Optional<Entry> entry = site.entry("onEnter", NO_READ);
        Optional<Section> section = entry.isPresent() ? Section.of(entry.get(), Section.ON_ENTER) : Optional.empty();
        if (section.isEmpty()) {
            return Optional.empty();
        }
        if (!section.get().has("clear")) {
            section.get().complain("it has no clear", "write \"clear\": \"this.sessionId\", the field; " + NO_READ);
            return Optional.empty();
        }
        Optional<String> clear = section.get().read("clear", FIELD_PATH, NO_READ);
        Optional<String> call = section.get().read("call", FIELD_PATH, NO_READ);
        return clear.isPresent() ? Optional.of(new OnEnter(clear.get(), call)) : Optional.empty();
    }

    private static Optional<String> absent(Section site, Optional<String> sessionId) {
        Optional<String> absent = site.read("absent", ABSENT, NO_READ);
        if (absent.filter(ReadConfig.NULL_FIELD::equals).isPresent()
                && sessionId
                        .filter(path -> path.matches("return.*\\.[^.\\[\\]]+"))
                        .isEmpty()) {
            site.entry("absent", NO_READ)
                    .orElseThrow()
                    .complain(
                            "null-field, but no sessionId that names a field",
                            "write \"sessionId\": \"return.sessionId\" beside it");
        }
        return absent;
    }

    /** What the file lists under {@code failures}: methods, and loggers. */
    record Failures(List<FailureConfig> methods, List<LogConfig> logs) {}

    Failures failures() {
        List<FailureConfig> methods = new ArrayList<>();
        List<LogConfig> logs = new ArrayList<>();
        for (Section site : sitesIn("failures", Section.FAILURE, NO_FAILURE)) {
            int before = problems.count();
            if (site.has("log")) {
                Optional<LogConfig> log = log(site);
                if (log.isPresent() && problems.count() == before) {
                    logs.add(log.get());
                }
                continue;
            }
            String at = pointcut(site, "at, and no log", NO_FAILURE);
            Optional<String> sessionId = site.read("sessionId", VALUE_PATH, NO_FAILURE);
            List<String> key = key(site, NO_FAILURE);
            String text = site.read("text", VALUE_PATH, NO_FAILURE).orElse("thrown");
            Optional<Pattern> matches = site.read("matches", new Regex(), NO_FAILURE);
            if (problems.count() == before) {
                methods.add(new FailureConfig(site.place(), at, sessionId, key, text, matches));
            }
        }
        return new Failures(methods, logs);
    }

    private static Optional<LogConfig> log(Section site) {
        for (String ofMethods : List.of("at", "sessionId", "key", "text", "matches")) {
            Optional<Entry> beside = site.entry(ofMethods, NO_FAILURE);
            if (beside.isPresent()) {
                beside.get().complain("it stands beside log", besideLog(ofMethods));
            }
        }
        Optional<Entry> entry = site.entry("log", NO_FAILURE);
        Optional<Section> log = entry.isPresent() ? Section.of(entry.get(), Section.LOG) : Optional.empty();
        if (log.isEmpty()) {
            return Optional.empty();
        }
        if (!log.get().has("logger")) {
            log.get().complain("it has no logger", "write \"logger\": \"com.acme.*\"; " + NO_FAILURE);
        }
        String logger = log.get().read("logger", LOGGER, NO_FAILURE).orElse("");
        Optional<Pattern> matches = log.get().read("matches", new Regex(), NO_FAILURE);
        LogLevel level = log.get()
                .read("level", new Choice<>(LogLevel.class), NO_FAILURE)
                .orElse(LogLevel.WARN);
        return Optional.of(new LogConfig(log.get().place(), logger, level, matches));
    }

    private static String besideLog(String name) {
        return switch (name) {
            case "at" -> "make it two failures: a method, and a logger";
            case "matches" -> "write it within log, after the logger";
            default -> "remove it: the id is in the text, or it is the one that was read last";
        };
    }

    /** Whether the file names any site, in order or not. */
    boolean areWanted() {
        return hasItems("reads") || hasItems("failures");
    }

    private boolean hasItems(String name) {
        Optional<Entry> entry = sessionTtl.entry(name, "");
        return entry.isPresent()
                && entry.get().value() instanceof Items list
                && !list.values().isEmpty();
    }

    private List<Section> sitesIn(String name, List<String> known, String meanwhile) {
        Optional<Entry> entry = sessionTtl.entry(name, "meanwhile there are none");
        if (entry.isEmpty()) {
            return List.of();
        }
        if (!(entry.get().value() instanceof Items list)) {
            entry.get().complain(entry.get().value().shown() + " is not a list", "write [ { … } ]");
            return List.of();
        }
        List<Section> sites = new ArrayList<>(list.values().size());
        for (int i = 0; i < list.values().size(); i++) {
            Optional<Section> site = Section.of(entry.get().item(list, i, meanwhile), known);
            if (site.isPresent()) {
                sites.add(site.get());
            }
        }
        return sites;
    }

    /** @param missing what to say is missing where it is */
    private static String pointcut(Section site, String missing, String meanwhile) {
        if (!site.has("at")) {
            site.complain("it has no " + missing, "write \"at\": \"com.acme.Type#method(String)\"; " + meanwhile);
        }
        return site.read("at", POINTCUT, meanwhile).orElse("");
    }

    private List<String> key(Section site, String meanwhile) {
        List<String> key = site.read("key", VALUE_PATHS, meanwhile).orElse(List.of());
        if (!key.isEmpty() && !keyColumns.isEmpty() && key.size() != keyColumns.size()) {
            site.entry("key", meanwhile)
                    .orElseThrow()
                    .complain(
                            "value paths: " + key.size() + ", but columns in store.key: " + keyColumns.size(),
                            "write one value path for each of " + String.join(", ", keyColumns));
        }
        return key;
    }

    private static boolean startsAtReturn(String path) {
        return path.startsWith("return")
                && (path.length() == "return".length() || ".[".indexOf(path.charAt("return".length())) >= 0);
    }

    /** A path to what is changed or called before the method runs, when there is nothing else to begin at. */
    private static final class FieldPath implements Rule<String> {
        @Override
        public Optional<String> read(Entry entry) {
            Optional<String> path = VALUE_PATH.read(entry);
            if (path.isPresent() && !path.get().matches("(this|arg[0-9]+)[.\\[].*")) {
                entry.complain(
                        entry.value().shown() + " does not start with this. or arg0.",
                        "write this.name or arg0.name, since nothing else is there before the method runs");
                return Optional.empty();
            }
            return path;
        }

        @Override
        public JsonNode lift(String text) {
            return new Text(text, Position.NONE);
        }
    }
}
