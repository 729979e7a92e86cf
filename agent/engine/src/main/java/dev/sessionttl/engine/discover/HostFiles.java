package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.discover.HostPackages.Origin;
import dev.sessionttl.engine.report.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Walks through class files and resources of a host: folders, jars, and jars in jars, as Spring Boot, WARs and Quarkus lay them out. What
 * cannot be read is noted and passed over; a jar that unpacks to more than is reasonable is left when the limit is reached.
 */
final class HostFiles {
    /** Gets every class file and every resource that may tell something; the place is for people. */
    interface Visitor {
        void classFile(String place, String internalName, byte[] bytes, Origin origin);

        void resource(String place, String name, byte[] bytes);
    }

    /**
     * @param bytes that may be unpacked in all
     * @param entries that may be looked at in all
     * @param depth of jars in jars
     * @param fileBytes of one class file or resource
     */
    record Limits(long bytes, int entries, int depth, int fileBytes) {
        static final Limits DEFAULT = new Limits(2L << 30, 1_000_000, 3, 8 << 20);
    }

    private static final String CLASS = ".class";
    private static final String WEB_CLASSES = "WEB-INF/classes/";
    private static final String BOOT_CLASSES = "BOOT-INF/classes/";
    private static final String QUARKUS_RUNNER = "quarkus-run.jar";
    private static final Set<String> PASSED_OVER = Set.of("test-classes", "node_modules", ".git", ".gradle", ".idea");
    private static final int MANY = 20;

    private final HostPackages packages;
    private final Limits limits;
    private final Map<Path, Origin> sources = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private int unreadable;
    private long bytesLeft;
    private int entriesLeft;
    private boolean isOverLimit;

    HostFiles(HostPackages packages, Limits limits) {
        this.packages = packages;
        this.limits = limits;
        this.bytesLeft = limits.bytes();
        this.entriesLeft = limits.entries();
    }

    /** What a person should know: what could not be read, and which limit was reached. */
    List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        if (unreadable > MANY) {
            all.add((unreadable - MANY) + " more could not be read");
        }
        return all;
    }

    /** Looks what lies at a path: which of it is the host's, and where its libraries are. Before any visit. */
    void add(Path path) {
        try {
            if (path.endsWith(QUARKUS_RUNNER) && path.toAbsolutePath().getParent() != null) {
                addFolder(path.toAbsolutePath().getParent());
            } else if (Files.isDirectory(path)) {
                addFolder(path);
            } else if (Files.exists(path) && !Files.isRegularFile(path)) {
                // To open a pipe is to wait for its other end.
                throw new IOException("it is neither a file nor a folder");
            } else {
                addJar(path);
            }
        } catch (IOException | RuntimeException failure) {
            noteUnreadable(path.toString(), failure);
        }
    }

    private void addFolder(Path folder) throws IOException {
        boolean isQuarkus = Files.isRegularFile(folder.resolve(QUARKUS_RUNNER));
        Path manifest = folder.resolve("META-INF/MANIFEST.MF");
        if (Files.isRegularFile(manifest)) {
            try (InputStream in = Files.newInputStream(manifest)) {
                noteMain(new Manifest(in).getMainAttributes());
            }
        }
        sources.put(folder, Origin.CLASSES);
        Files.walkFileTree(folder.toRealPath(), new Folders() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String inside = slashed(folder, file);
                if (isArchive(file.getFileName().toString())) {
                    boolean isLibrary = isQuarkus ? !inside.startsWith("app/") : isLibraryFolder(inside);
                    if (isLibrary) {
                        sources.putIfAbsent(file, Origin.LIBRARY);
                    } else {
                        add(file);
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isLibraryFolder(String inside) {
        return inside.matches("(?:.*/)?(?:BOOT-INF/lib|WEB-INF/lib|lib|libs|libraries|dependency|dependency-jars)/.*");
    }

    private void addJar(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Optional<Attributes> manifest = manifestOf(zip);
            manifest.ifPresent(this::noteMain);
            sources.put(jar, isShaded(zip) ? Origin.SHADED_JAR : Origin.APPLICATION_JAR);
            manifest.map(main -> main.getValue(Attributes.Name.CLASS_PATH)).ifPresent(path -> addClassPath(jar, path));
        }
    }

    private static Optional<Attributes> manifestOf(ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry("META-INF/MANIFEST.MF");
        if (entry == null || entry.getSize() > 1 << 20) {
            return Optional.empty();
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return Optional.of(new Manifest(in).getMainAttributes());
        }
    }

    private void noteMain(Attributes manifest) {
        for (String name : List.of("Start-Class", "Main-Class")) {
            String main = manifest.getValue(name);
            if (main != null) {
                packages.hasMain(main.strip());
            }
        }
    }

    /** A jar of the application alone has at most one Maven coordinate, and no class of a library that is known. */
    private static boolean isShaded(ZipFile zip) {
        int coordinates = 0;
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            String name = entries.nextElement().getName();
            coordinates += name.startsWith("META-INF/maven/") && name.endsWith("/pom.properties") ? 1 : 0;
            boolean isLibrarys = name.endsWith(CLASS)
                    && HostPackages.isLibrarys(name)
                    && !name.startsWith("org/springframework/boot/loader/");
            if (coordinates > 1 || isLibrarys) {
                return true;
            }
        }
        return false;
    }

    private void addClassPath(Path jar, String classPath) {
        for (String each : classPath.strip().split("\\s+", -1)) {
            try {
                Path library = jar.resolveSibling(each);
                if (isArchive(each) && Files.isRegularFile(library)) {
                    sources.putIfAbsent(library, Origin.LIBRARY);
                }
            } catch (RuntimeException noPath) {
                // A URL of another scheme, or of another system: whatever it is, it is not here.
            }
        }
    }

    /** Visits all that was added. */
    void visit(Visitor visitor) {
        sources.forEach((source, origin) -> {
            try {
                if (Files.isDirectory(source)) {
                    visitFolder(source, visitor);
                } else {
                    visitJar(source, origin, visitor);
                }
            } catch (IOException | RuntimeException failure) {
                noteUnreadable(source.toString(), failure);
            }
        });
    }

    private void visitFolder(Path folder, Visitor visitor) throws IOException {
        Path root = folder.toRealPath();
        Files.walkFileTree(root, new Folders() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                boolean isWanted = attributes.isRegularFile() && (name.endsWith(CLASS) || isResource(name));
                if (isWanted && isWithinLimits(folder.toString(), attributes.size(), file.toString())) {
                    try {
                        deliver(
                                visitor,
                                file.toString(),
                                slashed(root, file),
                                Files.readAllBytes(file),
                                Origin.CLASSES);
                    } catch (IOException failure) {
                        noteUnreadable(file.toString(), failure);
                    }
                }
                return isOverLimit ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                noteUnreadable(file.toString(), failure);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void visitJar(Path jar, Origin origin, Visitor visitor) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements() && !isOverLimit; ) {
                ZipEntry entry = all.nextElement();
                String name = entry.getName();
                if (isWanted(name) || isArchive(name)) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        visitEntry(jar + "!/" + name, name, in, origin, 1, visitor);
                    } catch (IOException | RuntimeException failure) {
                        noteUnreadable(jar + "!/" + name, failure);
                    }
                }
            }
        }
    }

    private void visitEntry(String place, String name, InputStream in, Origin origin, int depth, Visitor visitor)
            throws IOException {
        if (isArchive(name)) {
            if (depth >= limits.depth()) {
                noteUnreadable(place, new IOException("it is a jar in a jar in a jar"));
                return;
            }
            // Not closed: it reads from its parent, which is.
            visitStream(place, new ZipInputStream(in), depth + 1, visitor);
            return;
        }
        Optional<byte[]> bytes = bytesOf(place, in);
        if (bytes.isPresent()) {
            deliver(visitor, place, name, bytes.get(), origin);
        }
    }

    private void visitStream(String place, ZipInputStream zip, int depth, Visitor visitor) throws IOException {
        for (ZipEntry entry = zip.getNextEntry(); entry != null && !isOverLimit; entry = zip.getNextEntry()) {
            String inside = place + "!/" + entry.getName();
            if (isWanted(entry.getName()) || isArchive(entry.getName())) {
                visitEntry(inside, entry.getName(), zip, Origin.LIBRARY, depth, visitor);
            } else {
                skip(inside, zip);
            }
        }
    }

    /** What is passed over has to be unpacked too, and counts. */
    private void skip(String place, InputStream in) throws IOException {
        byte[] buffer = new byte[64 << 10];
        for (int read = in.read(buffer); read >= 0 && isWithinLimits(place, read, place); read = in.read(buffer)) {
            // Nothing of it is kept.
        }
    }

    private Optional<byte[]> bytesOf(String place, InputStream in) throws IOException {
        entriesLeft--;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 << 10];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (!isWithinLimits(place, read, place)) {
                return Optional.empty();
            }
            bytes.write(buffer, 0, read);
            if (bytes.size() > limits.fileBytes()) {
                noteUnreadable(place, new IOException("it is larger than " + (limits.fileBytes() >> 20) + " MB"));
                skip(place, in);
                return Optional.empty();
            }
        }
        return Optional.of(bytes.toByteArray());
    }

    private boolean isWithinLimits(String source, long bytes, String place) {
        bytesLeft -= bytes;
        if ((bytesLeft < 0 || entriesLeft < 0) && !isOverLimit) {
            isOverLimit = true;
            notes.add("stopped at " + place + ": " + source + " unpacks to more than " + (limits.bytes() >> 20)
                    + " MB or " + limits.entries() + " files; name the host's own jars or folders instead");
        }
        return !isOverLimit;
    }

    private void deliver(Visitor visitor, String place, String name, byte[] bytes, Origin origin) {
        boolean isOfClasses = name.startsWith(BOOT_CLASSES) || name.startsWith(WEB_CLASSES);
        if (name.endsWith(CLASS)) {
            try {
                visitor.classFile(place, ClassFileReader.nameOf(bytes), bytes, isOfClasses ? Origin.CLASSES : origin);
            } catch (IllegalArgumentException broken) {
                noteUnreadable(place, broken);
            }
        } else if (isOfClasses || origin != Origin.LIBRARY) {
            visitor.resource(place, name, bytes);
        }
    }

    /** Classes for other JDKs come a second time. */
    private static boolean isWanted(String name) {
        return !name.startsWith("META-INF/versions/") && (name.endsWith(CLASS) || isResource(name));
    }

    private static boolean isResource(String name) {
        return name.matches("(?i).*\\.(?:sql|xml|properties|ya?ml|conf)");
    }

    private static boolean isArchive(String name) {
        return name.toLowerCase(Locale.ROOT).matches(".*\\.(?:jar|war|ear)");
    }

    private static String slashed(Path folder, Path file) {
        try {
            return folder.toRealPath().relativize(file).toString().replace('\\', '/');
        } catch (IOException gone) {
            return file.toString();
        }
    }

    void noteUnreadable(String place, Exception failure) {
        if (unreadable++ < MANY) {
            String why = failure instanceof java.nio.file.NoSuchFileException
                    ? "there is no such file"
                    : Log.inWords(failure);
            notes.add(place + " could not be read: " + why);
        }
    }

    /** Links are not followed, so that no circle of them is walked for ever. */
    private abstract static class Folders extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            Path name = folder.getFileName();
            return name != null && PASSED_OVER.contains(name.toString())
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }
}
