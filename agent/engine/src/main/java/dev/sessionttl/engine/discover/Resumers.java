package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The methods in which the host goes on with a session: by a command of its own, or through a library that has such commands. */
final class Resumers {
    private static final Pattern FLAG = Pattern.compile(
            "(?s)--resume[= ]?|(?=.*\\b(?:claude|kode|gemini)\\b).*\\s--resume[= ](?:.{0,200})|--resume[= ]\\S{0,40}");
    private static final Pattern AGENTS = Pattern.compile("(?i).*(?:claude|codex|anthropic|gemini).*");
    private static final Pattern RESUMES = Pattern.compile("(?:with|set)?[rR]esume(?:Session|SessionId|Id|From)?");
    private static final String PROCESS_BUILDER = "java/lang/ProcessBuilder";
    private static final Pattern STARTERS = Pattern.compile(
            "org/apache/commons/exec/.*|org/zeroturnaround/exec/.*|com/pty4j/.*|com/zaxxer/nuprocess/.*|org/buildobjects/process/.*");
    static final int DEPTH = 4;
    private static final int HIGHEST = 3;

    /**
     * @param at the lowest method in which the session is known and the run takes place
     * @param sessionId the path to the id; empty where none was found
     * @param startsProcess whether the command is seen to be started there
     * @param library the class of the library that is asked to; empty where the command is the host's own
     */
    record Resumer(
            MethodFacts at,
            MethodFacts flagIn,
            Optional<String> sessionId,
            boolean startsProcess,
            Optional<String> library) {}

    private final HostCode code;
    private final Map<MethodFacts, Resumer> resumers = new LinkedHashMap<>();
    private final Map<MethodFacts, Boolean> resuming = new HashMap<>();

    /** @param ofLibraries the internal names of libraries' classes that hold the flag */
    Resumers(HostCode code, List<String> ofLibraries) {
        this.code = code;
        for (MethodFacts home : code.homes()) {
            if (holdsFlag(home)) {
                addOwn(home, home, sessionIn(home), 0, new HashSet<>());
            } else {
                addOfLibrary(home, ofLibraries);
            }
        }
    }

    boolean areKnown() {
        return !resumers.isEmpty();
    }

    List<Resumer> all() {
        return List.copyOf(resumers.values());
    }

    private boolean holdsFlag(MethodFacts home) {
        return code.bodiesOf(home).stream()
                .flatMap(body -> body.texts.stream())
                .map(value -> Text.of(value).words())
                .anyMatch(Resumers::isFlag);
    }

    /** Of a refusal, which names the flag too, it is none. */
    static boolean isFlag(String words) {
        return words.contains("--resume")
                && FLAG.matcher(words.strip()).matches()
                && RefusalText.ofClaude().in(words).isEmpty();
    }

    /** A method that only puts the command together is no run of it: its callers are looked at. */
    private void addOwn(
            MethodFacts home, MethodFacts flagIn, Optional<String> id, int height, Set<MethodFacts> passed) {
        boolean starts = startsProcess(home);
        if ((starts && code.isCandidate(home))
                || height == HIGHEST
                || code.callersOf(home).isEmpty()) {
            resumers.putIfAbsent(home, new Resumer(home, flagIn, id, starts, Optional.empty()));
            return;
        }
        for (MethodFacts caller : code.callersOf(home)) {
            if (passed.add(caller)) {
                List<String> lifted = code.lifted(id.stream().toList(), home, caller);
                addOwn(caller, flagIn, lifted.stream().findFirst(), height + 1, passed);
            }
        }
    }

    private void addOfLibrary(MethodFacts home, List<String> ofLibraries) {
        for (MethodFacts body : code.bodiesOf(home)) {
            for (Call call : body.calls) {
                boolean resumes = AGENTS.matcher(call.owner()).matches()
                        && RESUMES.matcher(call.name()).matches()
                        && code.classNamed(call.owner()).isEmpty()
                        && !call.arguments().isEmpty();
                if (resumes) {
                    Optional<String> id = code.pathTo(call.arguments().get(0), body);
                    boolean starts = ofLibraries.stream().anyMatch(each -> isOfSameLibrary(each, call.owner()));
                    resumers.putIfAbsent(home, new Resumer(home, home, id, starts, Optional.of(call.owner())));
                }
            }
        }
    }

    static boolean isOfSameLibrary(String one, String other) {
        String[] first = one.split("/", -1);
        String[] second = other.split("/", -1);
        int same = 0;
        while (same < Math.min(first.length, second.length) - 1 && first[same].equals(second[same])) {
            same++;
        }
        return same >= 2;
    }

    boolean startsProcess(MethodFacts home) {
        return code.closureOf(home, DEPTH).stream()
                .flatMap(each -> code.callsIn(each).stream())
                .anyMatch(call -> call.isOf(PROCESS_BUILDER, "start", "startPipeline")
                        || call.isOf("java/lang/Runtime", "exec")
                        || STARTERS.matcher(call.owner()).matches());
    }

    /** What follows the flag: in the same call, in the same text, or in the next call of the kind. */
    private Optional<String> sessionIn(MethodFacts home) {
        for (MethodFacts body : code.bodiesOf(home)) {
            Optional<String> found = afterFlagInCalls(body).or(() -> afterFlagInTexts(body));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<String> afterFlagInCalls(MethodFacts body) {
        for (int i = 0; i < body.calls.size(); i++) {
            Call call = body.calls.get(i);
            List<Value> arguments = call.flatArguments();
            for (int j = 0; j < arguments.size(); j++) {
                if (Value.text(arguments.get(j)).filter("--resume"::equals).isEmpty()) {
                    continue;
                }
                List<Value> candidates = new ArrayList<>();
                if (j + 1 < arguments.size()) {
                    candidates.add(arguments.get(j + 1));
                } else {
                    // What makes the id may be called between the two additions.
                    int place = j;
                    body.calls.subList(i + 1, body.calls.size()).stream()
                            .filter(next -> next.target().equals(call.target()))
                            .findFirst()
                            .ifPresent(next -> candidates.add(next.arguments().get(place)));
                }
                for (Value candidate : candidates) {
                    Optional<String> path = code.pathTo(candidate, body);
                    if (path.isPresent()) {
                        return path;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> afterFlagInTexts(MethodFacts body) {
        for (Value value : body.texts) {
            if (value instanceof Value.Joined joined) {
                for (int i = 0; i + 1 < joined.parts().size(); i++) {
                    boolean isFlag = Value.text(joined.parts().get(i))
                            .filter(text -> text.matches("(?s).*--resume[= ][\"']?"))
                            .isPresent();
                    if (isFlag) {
                        return code.pathTo(joined.parts().get(i + 1), body);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The method that calls this one and goes on with a session, at most three calls up; the nearest. */
    Optional<MethodFacts> userOf(MethodFacts method) {
        Set<MethodFacts> passed = new HashSet<>(Set.of(method));
        List<MethodFacts> level = List.of(method);
        for (int i = 0; i < HIGHEST; i++) {
            List<MethodFacts> above = new ArrayList<>();
            for (MethodFacts each : level) {
                code.callersOf(each).stream().filter(passed::add).forEach(above::add);
            }
            Optional<MethodFacts> user = above.stream().filter(this::resumes).findFirst();
            if (user.isPresent()) {
                return user;
            }
            level = above;
        }
        return Optional.empty();
    }

    boolean isUsedBy(MethodFacts method) {
        return userOf(method).isPresent();
    }

    private boolean resumes(MethodFacts method) {
        Boolean known = resuming.get(method);
        if (known == null) {
            known = code.closureOf(method, HIGHEST).stream().anyMatch(resumers::containsKey);
            resuming.put(method, known);
        }
        return known;
    }
}
