package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.DeclaredType;
import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds where a refused resume comes up in the host: in an exception that carries the CLI's words, in a result, in a text that is parsed
 * or logged.
 */
final class FailureFinder {
    private static final List<String> ERRORS = List.of(
            "error",
            "errorMessage",
            "errors",
            "stderr",
            "err",
            "errorText",
            "errorOutput",
            "failure",
            "failureReason",
            "failureMessage",
            "reason",
            "message",
            "detail",
            "details");
    private static final Set<String> TEXTS =
            Set.of("java.lang.String", "java.util.List", "java.lang.CharSequence", "java.util.Collection");
    private static final Pattern EXCEPTION = Pattern.compile(".*(?:Exception|Error|Throwable|Failure)");
    private static final Pattern LOGGERS = Pattern.compile(
            "org/slf4j/Logger|java/util/logging/Logger|org/apache/logging/log4j/Logger|"
                    + "java/lang/System\\$Logger|org/jboss/logging/Logger|mu/KLogger|io/github/oshai/kotlinlogging/KLogger|org/apache/commons/logging/Log");

    private final HostCode code;
    private final Resumers resumers;

    FailureFinder(HostCode code, Resumers resumers) {
        this.code = code;
        this.resumers = resumers;
    }

    List<Finding> find() {
        List<Finding> found = new ArrayList<>();
        Set<MethodFacts> seen = new java.util.HashSet<>();
        for (Resumers.Resumer resumer : resumers.all()) {
            if (resumer.library().isEmpty()) {
                Set<MethodFacts> closure = code.closureOf(resumer.at(), Resumers.DEPTH);
                found.add(failureOf(resumer, closure));
                seen.addAll(closure);
            }
        }
        boolean isServed = found.stream().anyMatch(Finding::isProposed)
                || resumers.all().stream().anyMatch(Resumers.Resumer::startsProcess);
        for (MethodFacts home : code.homes()) {
            if (!seen.contains(home) && holdsRefusal(home)) {
                told(home, isServed).ifPresent(found::add);
            }
        }
        return found;
    }

    private Finding failureOf(Resumers.Resumer resumer, Set<MethodFacts> closure) {
        MethodFacts at = resumer.at();
        boolean knowsRefusal = closure.stream().anyMatch(this::holdsRefusal)
                || closure.stream().anyMatch(each -> holdsRefusalAsConstant(each.owner));
        boolean readsErrors = readsErrors(closure);
        boolean throwsIt = closure.stream().anyMatch(this::throwsTold);
        Optional<String> member = errorMember(at.returns().content());
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("at", at.pointcut());
        resumer.sessionId()
                .filter(path -> HostShape.canResolve(code, at, path))
                .ifPresent(path -> entry.put("sessionId", path));
        String flag = resumer.flagIn().shortName() + " holds --resume";
        String byHand =
                entry.containsKey("sessionId") ? "" : "which argument is the id; without one it is taken from the text";
        if (!readsErrors && !knowsRefusal) {
            return new Finding(
                    Finding.Kind.FAILURE,
                    at.pointcut(),
                    Map.of(),
                    flag + "; not proposed: nothing there reads what the CLI says to stderr",
                    Sureness.LOW);
        }
        boolean isResult = member.isPresent() && !(knowsRefusal && throwsIt);
        if (isResult) {
            entry.put("text", "return." + member.get());
        }
        if (!isResult && !throwsIt) {
            return new Finding(
                    Finding.Kind.FAILURE,
                    at.pointcut(),
                    Map.of(),
                    flag + "; not proposed: the CLI's words leave it neither in an exception nor in a result"
                            + (logs(closure) ? ", only in a log" : ""),
                    Sureness.LOW);
        }
        return new Finding(
                Finding.Kind.FAILURE,
                at.pointcut(),
                entry,
                flag + "; " + (isResult ? "what it returns has " + member.get() : "it throws what the CLI said")
                        + (knowsRefusal ? "; the refusal's own words stand there" : "; stderr is read there"),
                knowsRefusal || throwsIt != isResult ? Sureness.HIGH : Sureness.MEDIUM,
                byHand);
    }

    private Optional<String> errorMember(DeclaredType result) {
        return ERRORS.stream()
                .filter(name -> HostShape.memberType(code, result, name)
                        .filter(type -> TEXTS.contains(type.content().name()))
                        .isPresent())
                .findFirst();
    }

    private boolean holdsRefusal(MethodFacts home) {
        return code.bodiesOf(home).stream()
                .flatMap(body -> body.texts.stream())
                .anyMatch(value -> isRefusal(Text.of(value).words()));
    }

    /** Long texts are help and answers. */
    private static boolean isRefusal(String words) {
        return words.length() < 400 && RefusalText.ofClaude().in(words).isPresent();
    }

    private boolean holdsRefusalAsConstant(ClassFacts type) {
        return type.methods.stream()
                .filter(HostCode::isStaticInitializer)
                .flatMap(method -> method.texts.stream())
                .anyMatch(value -> isRefusal(Text.of(value).words()));
    }

    private boolean readsErrors(Set<MethodFacts> closure) {
        boolean merges = false;
        boolean reads = false;
        boolean redirects = false;
        for (MethodFacts method : closure) {
            for (Call call : code.callsIn(method)) {
                if (call.name().matches("getErrorStream|errorReader|getErr|getStderr|outputUTF8|outputString")) {
                    return true;
                }
                merges |= call.name().equals("redirectErrorStream")
                        && !call.arguments().isEmpty();
                reads |= call.isOf("java/lang/Process", "getInputStream", "inputReader")
                        || (call.owner().equals("java/nio/file/Files")
                                && call.name().matches("read.*|lines|newBufferedReader"));
                redirects |= call.name().equals("redirectError");
            }
        }
        return reads && (merges || redirects);
    }

    /** Whether it makes an exception whose message is not its own words alone; one with a cause tells of the cause. */
    private boolean throwsTold(MethodFacts home) {
        return code.callsIn(home).stream()
                .anyMatch(call -> call.name().equals("<init>")
                        && EXCEPTION.matcher(call.owner()).matches()
                        && call.target().descriptor().contains("Ljava/lang/String;")
                        && !EXCEPTION
                                .matcher(call.target().descriptor().replace(";)V", ""))
                                .matches()
                        && call.arguments().stream().anyMatch(FailureFinder::isTold));
    }

    private static boolean isTold(Value value) {
        if (value instanceof Value.Joined joined) {
            return joined.parts().stream().anyMatch(FailureFinder::isTold);
        }
        return !(value instanceof Value.Constant) && !(value instanceof Value.Figure);
    }

    private boolean logs(Set<MethodFacts> closure) {
        return closure.stream()
                .flatMap(each -> code.callsIn(each).stream())
                .anyMatch(call -> LOGGERS.matcher(call.owner()).matches());
    }

    /** A method that is handed the text, as a parser of lines is. */
    private Optional<Finding> told(MethodFacts home, boolean isServed) {
        for (int i = 0; i < home.parameters().size(); i++) {
            if (TEXTS.contains(home.parameters().get(i).name()) && code.isCandidate(home)) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("at", home.pointcut());
                entry.put("text", "arg" + i);
                return Optional.of(new Finding(
                        Finding.Kind.FAILURE,
                        home.pointcut(),
                        entry,
                        "the refusal's own words stand there, and it is handed a text"
                                + (isServed ? "; not proposed: the refusal is seen at the run itself" : ""),
                        isServed ? Sureness.LOW : Sureness.MEDIUM,
                        "whether arg" + i + " is an error of the CLI's and never a model's answer"));
            }
        }
        return code.isCandidate(home)
                ? Optional.of(new Finding(
                        Finding.Kind.FAILURE,
                        home.pointcut(),
                        Map.of(),
                        "the refusal's own words stand there, but it is handed no text",
                        Sureness.LOW))
                : Optional.empty();
    }
}
