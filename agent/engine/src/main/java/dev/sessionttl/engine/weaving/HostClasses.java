package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.classfile.ClassFiles;
import dev.sessionttl.engine.report.Log;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The class files of a host that is not running: folders, jars, and jars in jars as Spring Boot and WARs have them. It hands
 * out their bytes as a loader does, and defines no class.
 */
final class HostClasses extends ClassLoader {
    private static final String CLASS = ".class";
    private static final int DEEPEST = 3;

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Set<Path> seen = new LinkedHashSet<>();
    private final List<String> unreadable = new ArrayList<>();

    /** @param paths jars or folders; what their manifests name beside them is read as well */
    HostClasses(List<Path> paths) {
        super("host", ClassLoader.getPlatformClassLoader());
        paths.forEach(this::read);
    }

    /** By internal name; of several of one name the first, as on a class path. */
    Map<String, byte[]> files() {
        return files;
    }

    /** What could not be read, and why. */
    List<String> unreadable() {
        return unreadable;
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] file = name.endsWith(CLASS) ? files.get(name.substring(0, name.length() - CLASS.length())) : null;
        return file == null ? getParent().getResourceAsStream(name) : new ByteArrayInputStream(file);
    }

    private void read(Path path) {
        if (!seen.add(path.toAbsolutePath().normalize())) {
            return;
        }
        try {
            if (Files.isDirectory(path)) {
                readFolder(path);
            } else {
                try (InputStream in = Files.newInputStream(path)) {
                    readJar(path.toString(), in, 0);
                }
                readBeside(path);
            }
        } catch (IOException | RuntimeException failure) {
            unreadable.add(path + ": " + Log.inWords(failure));
        }
    }

    private void readFolder(Path folder) throws IOException {
        List<Path> children;
        try (Stream<Path> all = Files.walk(folder)) {
            children = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path child : children) {
            if (isJar(child.toString())) {
                read(child);
            } else if (child.toString().endsWith(CLASS)) {
                take(child.toString(), Files.readAllBytes(child));
            }
        }
    }

    private void readJar(String place, InputStream in, int depth) throws IOException {
        ZipInputStream jar = new ZipInputStream(in);
        for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
            String name = entry.getName();
            if (name.endsWith(CLASS) && !name.startsWith("META-INF/versions/")) {
                take(place + "!/" + name, jar.readAllBytes());
            } else if (isJar(name) && depth < DEEPEST) {
                readJar(place + "!/" + name, jar, depth + 1);
            }
        }
    }

    /** The libraries that a jar's manifest names. */
    private void readBeside(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            Manifest manifest = jar.getManifest();
            String classPath =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (classPath != null) {
                for (String each : classPath.trim().split("\\s+", -1)) {
                    Path library = path.resolveSibling(each);
                    if (Files.isRegularFile(library)) {
                        read(library);
                    }
                }
            }
        }
    }

    /** By the name that it has itself: where it lies in the jar is the launcher's business. */
    private void take(String place, byte[] file) {
        try {
            String name = ClassFiles.reader(file).getClassName();
            if (!name.equals("module-info") && !name.endsWith("package-info")) {
                files.putIfAbsent(name, file);
            }
        } catch (RuntimeException noClassFile) {
            unreadable.add(place + " is no class file");
        }
    }

    private static boolean isJar(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".jar") || lower.endsWith(".war");
    }
}
