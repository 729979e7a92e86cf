package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Member;
import dev.sessionttl.engine.config.JsonNode.Members;
import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.report.Nearest;
import java.util.List;
import java.util.Optional;

/** One object of the file. It complains of names that nobody knows or that are written twice. */
final class Section {
    static final List<String> ROOT = List.of("MAX_SESSION_AGE_MS", "sessionTtl");
    static final List<String> SESSION_TTL =
            List.of("enabled", "dryRun", "store", "reads", "failures", "processes", "http", "metrics", "audit");
    static final List<String> STORE = List.of(
            "url",
            "table",
            "key",
            "sessionId",
            "lastUsedAt",
            "timestamps",
            "expire",
            "cascade",
            "busyTimeoutMs",
            "sweepBudgetMs",
            "sweepEveryMs",
            "maxSweepFraction",
            "observedFile",
            "user",
            "password",
            "passwordFile");
    static final List<String> READ = List.of("at", "key", "sessionId", "onEnter", "absent");
    static final List<String> ON_ENTER = List.of("clear", "call");
    static final List<String> FAILURE = List.of("at", "sessionId", "key", "text", "matches", "log");
    static final List<String> LOG = List.of("logger", "matches", "level");
    static final List<String> PROCESSES = List.of("watch", "stale", "patterns");
    static final List<String> HTTP = List.of("host", "port", "allowedHosts");
    static final List<String> METRICS = List.of("hostRegistry", "textfile");

    private final Members members;
    private final boolean present;
    private final String path;
    private final Problems problems;

    private Section(Members members, boolean present, String path, Problems problems) {
        this.members = members;
        this.present = present;
        this.path = path;
        this.problems = problems;
    }

    /** The whole file, where every name that is not the agent's is the host's. */
    static Section root(Members members, Problems problems) {
        Section root = new Section(members, true, "", problems);
        root.complainOfNames(ROOT, false);
        return root;
    }

    /** An object that is an item of a list; nothing, after having complained, if it is none. */
    static Optional<Section> of(Entry entry, List<String> known) {
        if (!(entry.value() instanceof Members members)) {
            entry.complain(entry.value().shown() + " is not an object", "write { … } with " + String.join(", ", known));
            return Optional.empty();
        }
        Section section = new Section(members, true, entry.path(), entry.problems());
        section.complainOfNames(known, true);
        return Optional.of(section);
    }

    /** The section of that name within this one; without entries if there is none or it is no object. */
    Section section(String name, List<String> known) {
        Optional<Entry> entry = entry(name, "meanwhile it is passed over");
        Optional<Section> section = entry.isPresent() ? of(entry.get(), known) : Optional.empty();
        return section.isPresent() ? section.get() : withoutEntries(name);
    }

    /** A section of that name that is not there. */
    Section withoutEntries(String name) {
        return new Section(new Members(List.of(), members.at()), false, pathTo(name), problems);
    }

    /** The entry of that name; the last where it is written twice. */
    Optional<Entry> entry(String name, String meanwhile) {
        for (int i = members.members().size() - 1; i >= 0; i--) {
            Member member = members.members().get(i);
            if (member.name().equals(name)) {
                return Optional.of(new Entry(member.value(), pathTo(name), meanwhile, problems));
            }
        }
        return Optional.empty();
    }

    /** What the file says, where it says it rightly. */
    <T> Optional<T> read(Setting<T> setting) {
        Optional<Entry> entry = entry(setting.name, setting.meanwhile());
        return entry.isPresent() ? setting.read(entry.get()) : Optional.empty();
    }

    <T> Optional<T> read(String name, Rule<T> rule, String meanwhile) {
        Optional<Entry> entry = entry(name, meanwhile);
        return entry.isPresent() ? rule.read(entry.get()) : Optional.empty();
    }

    boolean has(String name) {
        return entry(name, "").isPresent();
    }

    /** Whether the file has this section, and as an object. */
    boolean isPresent() {
        return present;
    }

    void complain(String what, String remedy) {
        problems.add(members.at(), path, what, remedy);
    }

    String place() {
        return problems.place(members.at(), path);
    }

    private String pathTo(String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }

    private void complainOfNames(List<String> known, boolean allMine) {
        List<Member> all = members.members();
        for (int i = 0; i < all.size(); i++) {
            Member member = all.get(i);
            if (known.contains(member.name())) {
                complainIfTwice(member, i);
            } else if (allMine && !isComment(member.name())) {
                problems.add(
                        member.at(),
                        pathTo(member.name()),
                        "no entry of that name is known here",
                        rightFor(member.name(), known) + "; meanwhile it is ignored");
            }
        }
    }

    private void complainIfTwice(Member member, int index) {
        for (int i = 0; i < index; i++) {
            Position first = members.members().get(i).at();
            if (members.members().get(i).name().equals(member.name())) {
                problems.add(
                        member.at(),
                        pathTo(member.name()),
                        "it is written twice, first at " + first.line() + ':' + first.column(),
                        "keep one; meanwhile the last counts");
                return;
            }
        }
    }

    /** JSON has no comments, so people write them as entries. */
    private static boolean isComment(String name) {
        return name.startsWith("$") || name.startsWith("//") || name.startsWith("_comment");
    }

    private static String rightFor(String name, List<String> known) {
        if (Overrides.relaxed(name).equals(Overrides.relaxed(Setting.MAX_SESSION_AGE_MS.name))) {
            return "write MAX_SESSION_AGE_MS at the top of the file, beside sessionTtl";
        }
        List<String> nearest = Nearest.to(name, known, 1);
        return nearest.isEmpty() ? "known are " + String.join(", ", known) : "did you mean \"" + nearest.get(0) + "\"?";
    }
}
