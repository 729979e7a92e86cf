package dev.sessionttl.engine.store;

import dev.sessionttl.engine.report.Log;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The bundled SQLite's native code. Left to itself sqlite-jdbc runs a program to learn where it is, lists the directory for
 * temporary files and unpacks a megabyte into it, at every start; here it is unpacked once, into a directory of the user's
 * that nobody else may write, and checked against the jar's checksum at every start. Where that cannot be, it is unpacked as
 * sqlite-jdbc does. What {@code org.sqlite.lib.path} or {@code java.library.path} leads to is the host's, and never loaded here: the
 * JVM loads a native library for one class loader alone, so that the host could not.
 */
final class NativeLibrary {
    private static final String NAME = "libsqlitejdbc.so";
    private static final String IN_JAR = "!/";
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    /** Owned by whoever it runs as. */
    private static final Path THIS_PROCESS = Path.of("/proc/self");

    private static boolean wasTried;
    private static String obstacle = "";

    private NativeLibrary() {}

    /**
     * Returns once SQLite is loaded.
     *
     * @throws SQLException where it cannot be, in words for people; nothing is tried again then
     */
    static synchronized void load() throws SQLException {
        if (!wasTried) {
            wasTried = true;
            obstacle = tryToLoad();
        }
        if (!obstacle.isEmpty()) {
            throw new SQLException(obstacle);
        }
    }

    /** @return why not; blank where it is loaded */
    private static String tryToLoad() {
        try {
            Class<?> libraryLoader = Class.forName("org.sqlite.SQLiteJDBCLoader");
            // Its own lock: a second copy in one loader would get some of the calls of the first.
            synchronized (libraryLoader) {
                Field extracted = libraryLoader.getDeclaredField("extracted");
                extracted.setAccessible(true);
                String why = extracted.getBoolean(null) || isLoadedFromCache() ? "" : loadFromTemporary(libraryLoader);
                extracted.setBoolean(null, why.isEmpty());
                return why;
            }
        } catch (InvocationTargetException failure) {
            return notLoaded(failure.getCause() == null ? failure : failure.getCause());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError failure) {
            return notLoaded(failure);
        }
    }

    private static String notLoaded(Throwable failure) {
        return "SQLite cannot be loaded: " + Log.inWords(failure)
                + (failure instanceof IllegalCallerException ? "; grant it by --enable-native-access=ALL-UNNAMED" : "");
    }

    private static boolean isLoadedFromCache() {
        try {
            Path directory = directory(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home", ""));
            System.load(file(directory, resource()).toString());
            return true;
        } catch (IOException | RuntimeException | LinkageError failure) {
            Log.debug("SQLite's native code is unpacked anew: " + Log.inWords(failure));
            return false;
        }
    }

    private static String loadFromTemporary(Class<?> libraryLoader) throws ReflectiveOperationException {
        String resources = LibraryLoaderUtil.getNativeLibResourcePath();
        String name = LibraryLoaderUtil.getNativeLibName();
        if (!LibraryLoaderUtil.hasNativeLib(resources, name)) {
            return "the agent's jar has no SQLite for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + "; only a host that brings its own is served";
        }
        String directory = System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir", ""));
        Method cleanup = libraryLoader.getDeclaredMethod("cleanup");
        Method load =
                libraryLoader.getDeclaredMethod("extractAndLoadLibraryFile", String.class, String.class, String.class);
        cleanup.setAccessible(true);
        load.setAccessible(true);
        Object unused = cleanup.invoke(null);
        return (boolean) load.invoke(null, resources, name, new File(directory).getAbsolutePath())
                ? ""
                : "SQLite cannot be loaded from " + directory
                        + "; let java.io.tmpdir name a directory where files may be written and executed";
    }

    private static URL resource() throws IOException {
        String architecture = switch (System.getProperty("os.arch", "")) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "aarch64";
            default -> throw new FileNotFoundException("not on this architecture");
        };
        boolean hasMusl = new File("/lib/ld-musl-" + architecture + ".so.1").exists();
        if (!System.getProperty("os.name", "").equals("Linux") || hasMusl) {
            throw new FileNotFoundException("not on this operating system");
        }
        URL resource = NativeLibrary.class.getResource("/org/sqlite/native/Linux/" + architecture + "/" + NAME);
        if (resource == null || !resource.getProtocol().equals("jar")) {
            throw new FileNotFoundException("there is none in the agent's jar");
        }
        return resource;
    }

    static Path directory(@Nullable String cacheHome, String userHome) throws IOException {
        Path cache = cacheHome == null || cacheHome.isBlank() ? Path.of(userHome, ".cache") : Path.of(cacheHome);
        if (!cache.isAbsolute()) {
            throw new FileNotFoundException("the user has no home");
        }
        return cache.resolve("session-ttl");
    }

    /** The unpacked library; whatever is there and is not that, by its length and checksum, is replaced. */
    static Path file(Path directory, URL resource) throws IOException {
        String path = resource.getPath();
        int end = path.lastIndexOf(IN_JAR);
        try (JarFile jar = new JarFile(new File(URI.create(path.substring(0, end))), false)) {
            ZipEntry entry = jar.getEntry(path.substring(end + IN_JAR.length()));
            makePrivate(directory);
            Path file = directory.resolve(Long.toHexString(entry.getCrc()) + "-" + NAME);
            if (!isIntact(file, entry)) {
                unpack(jar, entry, file);
            }
            return file;
        }
    }

    private static void makePrivate(Path directory) throws IOException {
        try {
            PosixFileAttributes there =
                    Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> permissions = there.permissions();
            if (!there.isDirectory()
                    || !there.owner().equals(Files.getOwner(THIS_PROCESS))
                    || permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IOException(directory + " may be written by others");
            }
        } catch (NoSuchFileException notYet) {
            FileAttribute<?> onlyOwners = PosixFilePermissions.asFileAttribute(OWNERS);
            Files.createDirectories(directory, onlyOwners);
        }
    }

    private static boolean isIntact(Path file, ZipEntry entry) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
            return false;
        }
        CRC32 crc = new CRC32();
        try (InputStream in = new FileInputStream(file.toFile())) {
            crc.update(in.readAllBytes());
        }
        return crc.getValue() == entry.getCrc();
    }

    /** Under another name first: another JVM that starts meanwhile must not load half of it. */
    private static void unpack(JarFile jar, ZipEntry entry, Path file) throws IOException {
        Path part = Files.createTempFile(file.getParent(), "unpacking-", ".so");
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
