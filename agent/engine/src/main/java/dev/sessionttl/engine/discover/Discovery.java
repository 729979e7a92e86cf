package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.discover.Finding.Kind;
import dev.sessionttl.engine.discover.HostPackages.Origin;
import dev.sessionttl.engine.discover.Resumers.Resumer;
import dev.sessionttl.engine.store.DatabaseSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads a host and proposes a config for it. Nothing of the host is loaded or run. For one thread, once. */
public final class Discovery {
    private static final byte[] FLAG = "--resume".getBytes(StandardCharsets.UTF_8);
    private static final int MOST_CLASSES = 20_000;

    private final HostPackages packages;
    private final HostFiles files;
    private final Request request;
    private final ClassFileReader reader = new ClassFileReader();
    private final List<ClassFacts> classes = new ArrayList<>();
    private final List<String> resumingLibraries = new ArrayList<>();
    private final List<String> scripts = new ArrayList<>();
    private final List<MyBatisXml> mappers = new ArrayList<>();
    private final UrlFinder urls = new UrlFinder();
    private final List<String> notes = new ArrayList<>();
    private int libraryClasses;
    private boolean isSpringBoot;

    private Discovery(Request request) {
        this.request = request;
        this.packages = new HostPackages(request.packages());
        this.files = new HostFiles(packages, request.limits());
    }

    /**
     * What to look at.
     *
     * @param paths jars, and folders of jars or class files
     * @param packages that hold the host's own classes; empty: told by where classes lie and by the main class
     * @param url of its database, if somebody named it
     * @param tables of that database
     */
    public record Request(
            List<Path> paths,
            List<String> packages,
            Optional<String> url,
            List<DatabaseSchema.Table> tables,
            HostFiles.Limits limits) {
        public Request(
                List<Path> paths, List<String> packages, Optional<String> url, List<DatabaseSchema.Table> tables) {
            this(paths, packages, url, tables, HostFiles.Limits.DEFAULT);
        }
    }

    /** Never throws for what it reads: what cannot be read is a note of the proposal. */
    public static Proposal propose(Request request) {
        return new Discovery(request).propose();
    }

    private Proposal propose() {
        request.paths().forEach(files::add);
        files.visit(new HostFiles.Visitor() {
            @Override
            public void classFile(String place, String internalName, byte[] bytes, Origin origin) {
                addClass(place, internalName, bytes, origin);
            }

            @Override
            public void resource(String place, String name, byte[] bytes) {
                addResource(place, name, bytes);
            }
        });
        HostCode code = new HostCode(classes);
        classes.forEach(this::addUrlsOf);
        List<Mapping> mappings = classes.stream()
                .flatMap(type -> Mapping.of(type, code, isSpringBoot).stream())
                .toList();
        Statements statements = new Statements(code, mappings, mappers, scripts);
        Resumers resumers = new Resumers(code, resumingLibraries);
        List<Finding> findings = new ArrayList<>();
        Optional<SessionTable> sessions = sessions(statements, mappings, resumers, findings);
        if (sessions.isPresent()) {
            findings.addAll(StoreFinder.of(sessions.get(), foundUrls(), isInDatabase(sessions.get())));
            findings.addAll(new ReadFinder(code, sessions.get(), resumers).find());
        } else {
            List<Finding> reads = new MemoryReads(code, resumers).find();
            if (resumers.areKnown() || reads.stream().anyMatch(Finding::isProposed)) {
                findings.addAll(StoreFinder.ofNone());
            }
            findings.addAll(reads);
        }
        findings.addAll(new FailureFinder(code, resumers).find());
        findings.addAll(processes(resumers));
        notes.addAll(files.notes());
        return new Proposal(findings.stream().map(Discovery::ifNameable).toList(), scanned(), notes);
    }

    /** Kotlin and other languages allow names that no pointcut can be written with. */
    private static Finding ifNameable(Finding finding) {
        try {
            if (finding.entry().get("at") instanceof String pointcut) {
                Pointcut.parse(pointcut);
            }
            return finding;
        } catch (SyntaxException unnameable) {
            String why = finding.why() + "; not proposed: a pointcut cannot be written for it, " + unnameable.what();
            return new Finding(
                    finding.kind(), finding.place(), Map.of(), why, Sureness.LOW, "a * for what cannot be written");
        }
    }

    private void addClass(String place, String internalName, byte[] bytes, Origin origin) {
        isSpringBoot |= internalName.startsWith("org/springframework/boot/") && !internalName.contains("/loader/");
        if (!packages.isHosts(internalName, origin)) {
            libraryClasses++;
            boolean holdsFlag = indexOf(bytes, FLAG) >= 0 && !internalName.startsWith("dev/sessionttl/");
            if (holdsFlag && ClassFileReader.constants(bytes).stream().anyMatch(Resumers::isFlag)) {
                resumingLibraries.add(internalName);
            }
            return;
        }
        if (classes.size() >= MOST_CLASSES) {
            if (classes.size() == MOST_CLASSES && notes.isEmpty()) {
                notes.add("more than " + MOST_CLASSES
                        + " classes of the host's own: the rest was not looked at; name its packages"
                        + " by --package");
            }
            return;
        }
        try {
            classes.add(reader.read(bytes, place));
        } catch (IllegalArgumentException broken) {
            files.noteUnreadable(place, broken);
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        outer:
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            for (int j = 0; j < wanted.length; j++) {
                if (bytes[i + j] != wanted[j]) {
                    continue outer;
                }
            }
            return i;
        }
        return -1;
    }

    private void addResource(String place, String name, byte[] bytes) {
        String lower = name.toLowerCase(Locale.ROOT);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (lower.endsWith(".sql")) {
            scripts.add(text);
        } else if (lower.endsWith(".xml")) {
            MyBatisXml mapper = MyBatisXml.read(bytes);
            if (!mapper.statements().isEmpty()) {
                mappers.add(mapper);
            }
        }
        urls.addText(text, place);
    }

    private void addUrlsOf(ClassFacts type) {
        for (MethodFacts method : type.methods) {
            method.texts.forEach(text -> urls.addText(Text.of(text).words(), type.binaryName()));
        }
    }

    private List<UrlFinder.Found> foundUrls() {
        return request.url().isPresent()
                ? List.of(new UrlFinder.Found(request.url().get(), "--db", Sureness.HIGH))
                : urls.found();
    }

    private Optional<SessionTable> sessions(
            Statements statements, List<Mapping> mappings, Resumers resumers, List<Finding> findings) {
        Map<String, Table> tables = new LinkedHashMap<>();
        for (Mapping mapping : mappings) {
            table(tables, mapping.table()).add(mapping);
        }
        for (Sql.Statement statement : statements.all()) {
            table(tables, statement.table()).add(statement);
        }
        for (DatabaseSchema.Table known : request.tables()) {
            List<Sql.Column> columns = known.columns().stream()
                    .map(column -> new Sql.Column(column.name(), column.type(), column.isNotNull(), false, false))
                    .toList();
            // As the database spells it, for SQL identifiers are quoted.
            Table table = new Table(known.name());
            Optional.ofNullable(tables.get(key(known.name()))).ifPresent(table::addSourcesOf);
            table.addOfDatabase(columns, known.keys());
            tables.put(key(known.name()), table);
        }
        List<SessionTable> candidates =
                SessionTable.among(List.copyOf(tables.values()), statements.uses(), resumers.areKnown());
        candidates.stream()
                .skip(1)
                .limit(10)
                .forEach(other -> findings.add(new Finding(
                        Kind.STORE,
                        "table " + other.table().name(),
                        Map.of(),
                        "its column " + other.sessionId() + " may hold session ids as well",
                        Sureness.LOW,
                        "which of the tables holds what stands behind --resume")));
        return candidates.stream().findFirst();
    }

    private static Table table(Map<String, Table> tables, String name) {
        return tables.computeIfAbsent(key(name), unused -> new Table(name));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private boolean isInDatabase(SessionTable sessions) {
        return request.tables().stream()
                .anyMatch(
                        table -> table.name().equalsIgnoreCase(sessions.table().name()));
    }

    private List<Finding> processes(Resumers resumers) {
        List<Finding> found = new ArrayList<>();
        for (Resumer resumer : resumers.all()) {
            String why = resumer.library().isPresent()
                    ? resumer.at().shortName() + " asks "
                            + resumer.library().get().replace('/', '.') + " to resume"
                    : resumer.flagIn().shortName() + " holds --resume";
            boolean isSure = resumer.startsProcess();
            found.add(new Finding(
                    Kind.PROCESSES,
                    resumer.at().pointcut(),
                    Map.of("processes", true),
                    why + (isSure ? ", and a process is started there" : ", but no process is seen to be started"),
                    isSure ? Sureness.HIGH : Sureness.MEDIUM,
                    isSure ? "" : "whether the CLI runs on this machine"));
        }
        if (!resumers.areKnown()) {
            resumingLibraries.stream()
                    .limit(5)
                    .forEach(library -> found.add(new Finding(
                            Kind.PROCESSES,
                            library.replace('/', '.'),
                            Map.of("processes", true),
                            "a library of the host's holds --resume",
                            Sureness.MEDIUM,
                            "whether the host resumes through it")));
        }
        return found;
    }

    private String scanned() {
        String own = packages.roots().isEmpty() ? "" : " (" + String.join(", ", packages.roots()) + ")";
        return classes.size() + " classes of the host" + own + " and " + libraryClasses + " of libraries were read";
    }
}
