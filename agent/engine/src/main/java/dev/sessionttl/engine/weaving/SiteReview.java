package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.report.Finding;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Weaves a host's class files as the agent would, without loading one of them, and tells what came of each pointcut; one
 * thread at a time.
 */
public final class SiteReview {
    private static final int NAMES_TOLD = 3;
    private static final int UNREADABLE_TOLD = 5;

    private final List<Target> targets;
    private final HostClasses host;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> toldPlaces = new HashSet<>();

    private SiteReview(List<Target> targets, HostClasses host) {
        this.targets = targets;
        this.host = host;
    }

    /** @param paths the host's jars and folders; what they hold in turn, or name in a manifest, is read as well */
    public static List<Finding> of(List<Target> targets, List<Path> paths) {
        SiteReview review = new SiteReview(targets, new HostClasses(paths));
        review.weave();
        targets.forEach(review::tell);
        return review.findings;
    }

    private void weave() {
        TargetNames names = new TargetNames(targets);
        Weaver weaver = new Weaver(new WovenMethods(), problem -> {
            toldPlaces.add(problem.place());
            findings.add(Finding.error(problem));
        });
        host.unreadable().stream()
                .limit(UNREADABLE_TOLD)
                .forEach(each -> findings.add(Finding.warning("--jar", each, "it is passed over")));
        for (Map.Entry<String, byte[]> file : host.files().entrySet()) {
            List<Target> matching = names.matching(host, file.getKey(), file.getValue());
            if (!matching.isEmpty()) {
                weave(weaver, file.getKey().replace('/', '.'), file.getValue(), matching);
            }
        }
    }

    private void weave(Weaver weaver, String type, byte[] file, List<Target> matching) {
        try {
            if (weaver.weave(host, file, matching).isEmpty()) {
                Log.debug("nothing to weave in " + type);
            }
        } catch (RuntimeException | LinkageError failure) {
            findings.add(Finding.error(
                    matching.get(0).place(), type + " cannot be woven: " + Log.inWords(failure), "please report this"));
        }
    }

    private void tell(Target target) {
        if (!target.wovenMethods().isEmpty()) {
            findings.add(Finding.ok(
                    target.place(),
                    target.pointcut() + " is woven into "
                            + target.wovenMethods().stream().collect(Collectors.joining(", "))));
        } else if (!toldPlaces.contains(target.place())) {
            findings.add(Finding.error(
                    target.place(),
                    target.pointcut() + " matches nothing in " + host.files().size() + " classes",
                    hintFor(target)));
        }
    }

    private String hintFor(Target target) {
        List<String> names = host.files().keySet().stream()
                .map(name -> name.replace('/', '.'))
                .toList();
        for (String name : names) {
            if (target.pointcut().matchesType(name)) {
                return name + " is there, but has no such method with a body of its own";
            }
        }
        List<String> nearest = Nearest.typesTo(target.pointcut().typePattern(), names, NAMES_TOLD);
        return nearest.isEmpty()
                ? "no class of that name, or like it, is there"
                : "the nearest classes are " + String.join(", ", nearest);
    }
}
