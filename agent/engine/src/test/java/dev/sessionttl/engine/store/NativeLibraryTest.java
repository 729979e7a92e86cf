package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class NativeLibraryTest {
    private static final String CODE = "machine code";

    @TempDir
    private Path temporary;

    private Path directory;
    private URL resource;

    @BeforeEach
    void aJarWithALibrary() throws IOException {
        directory = temporary.resolve("home/.cache/session-ttl");
        // A blank and an umlaut, as users' directories have them, and what a URL ends the jar's path with.
        Path jar = Files.createDirectory(temporary.resolve("agents of Jürgen!")).resolve("agent.jar");
        try (OutputStream out = new FileOutputStream(jar.toFile());
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("engine/lib.so"));
            entries.write(CODE.getBytes(StandardCharsets.UTF_8));
        }
        resource = new URL("jar:" + jar.toUri().toURL() + "!/engine/lib.so");
    }

    @Test
    void itIsUnpackedForItsOwnerAlone() throws Exception {
        Path file = NativeLibrary.file(directory, resource);

        assertThat(file).hasContent(CODE).hasParent(directory);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(names()).hasSize(1);
    }

    @Test
    void itIsUnpackedOnce() throws Exception {
        Path file = NativeLibrary.file(directory, resource);
        FileTime longAgo = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(file, longAgo);

        assertThat(NativeLibrary.file(directory, resource)).isEqualTo(file);

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void whatIsOfAnotherLengthIsReplaced() throws Exception {
        Files.writeString(NativeLibrary.file(directory, resource), "machine");

        assertThat(NativeLibrary.file(directory, resource)).hasContent(CODE);
    }

    @Test
    void whatHasAnotherChecksumIsReplaced() throws Exception {
        Files.writeString(NativeLibrary.file(directory, resource), "MACHINE CODE");

        assertThat(NativeLibrary.file(directory, resource)).hasContent(CODE);
        assertThat(names()).hasSize(1);
    }

    @Test
    void nothingIsLoadedFromWhereOthersMayWrite() throws Exception {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> NativeLibrary.file(directory, resource))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("may be written by others");
        assertThat(names()).isEmpty();
    }

    /** Two copies in one loader: each native method is bound to whichever is found first, and the JVM dies. */
    @Test
    void whatSqliteHasLoadedAlreadyIsNotLoadedAgain() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            int before = copiesOfSqlite();
            loader.loadClass("org.sqlite.SQLiteJDBCLoader")
                    .getMethod("initialize")
                    .invoke(null);
            Method load = loader.loadClass(NativeLibrary.class.getName()).getDeclaredMethod("load");
            load.setAccessible(true);

            load.invoke(null);

            assertThat(copiesOfSqlite()).isEqualTo(before + 1);
        }
    }

    private static int copiesOfSqlite() throws IOException {
        return (int) Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("sqlitejdbc"))
                .map(line -> line.substring(line.indexOf('/')))
                .distinct()
                .count();
    }

    @Test
    void theCacheIsWhereTheDesktopStandardSaysOrInTheHome() throws Exception {
        assertThat(NativeLibrary.directory("/var/cache/me", "/home/me"))
                .isEqualTo(Path.of("/var/cache/me/session-ttl"));
        assertThat(NativeLibrary.directory(null, "/home/me")).isEqualTo(Path.of("/home/me/.cache/session-ttl"));
        assertThat(NativeLibrary.directory(" ", "/home/me")).isEqualTo(Path.of("/home/me/.cache/session-ttl"));
    }

    @Test
    void whoHasNoHomeHasNoCache() {
        assertThatThrownBy(() -> NativeLibrary.directory(null, "?")).hasMessageContaining("no home");
    }

    private List<Path> names() throws IOException {
        try (var names = Files.list(directory)) {
            return names.toList();
        }
    }
}
