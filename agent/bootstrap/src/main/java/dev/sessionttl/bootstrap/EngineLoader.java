package dev.sessionttl.bootstrap;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Loads the engine and its libraries from the folder {@code engine/} of the agent's jar, where class files are named so
 * that nothing that scans the host's class path takes them for classes.
 *
 * <p>Its own classes come first: a host may have put its copy of any of them on the boot class path. Its parent is the
 * platform loader, so it sees the JDK and nothing of the host.
 */
final class EngineLoader extends ClassLoader {
    private static final String FOLDER = "engine/";
    private static final String CLASS_SUFFIX = ".class";
    private static final String STORED_SUFFIX = ".classdata";
    private static final String START = FOLDER + "start.zip";

    /** What a zip has before each file that is stored as it is: where the lengths are, and where the file's name begins. */
    private static final int FILE_HEADER = 0x04034b50;

    private static final int FILE_LENGTH = 22;
    private static final int NAME_LENGTH = 26;
    private static final int EXTRA_LENGTH = 28;
    private static final int NAME = 30;

    /** What no other loader may define. */
    private static final String OF_THE_JDK = "java.";

    static {
        registerAsParallelCapable();
    }

    /** Open for the life of the JVM: a jar that is replaced on disk meanwhile must not break us. */
    private final JarFile jar;

    private final URL jarUrl;
    private final ProtectionDomain domain;

    /**
     * Class files that every start needs, by the names of the classes, until they are asked for. They lie together, and are
     * not compressed: to look up and to unpack them one by one costs a tenth of the start.
     */
    private final Map<String, byte[]> start = new ConcurrentHashMap<>();

    EngineLoader(File jarFile) throws IOException {
        super("session-ttl", ClassLoader.getPlatformClassLoader());
        jar = new JarFile(jarFile, false);
        jarUrl = jarFile.toURI().toURL();
        domain = new ProtectionDomain(new CodeSource(jarUrl, (Certificate[]) null), null, this, null);
        readStart();
    }

    private void readStart() throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(START))) {
            byte[] bytes = in.readAllBytes();
            ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int at = 0;
            while (zip.getInt(at) == FILE_HEADER) {
                int name = at + NAME;
                int file = name + zip.getShort(at + NAME_LENGTH) + zip.getShort(at + EXTRA_LENGTH);
                int end = file + zip.getInt(at + FILE_LENGTH);
                start.put(
                        new String(bytes, name, zip.getShort(at + NAME_LENGTH), StandardCharsets.ISO_8859_1),
                        Arrays.copyOfRange(bytes, file, end));
                at = end;
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = find(name);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private Class<?> find(String name) throws ClassNotFoundException {
        if (name.startsWith(OF_THE_JDK)) {
            return super.loadClass(name, false);
        }
        byte[] ready = start.remove(name);
        if (ready != null) {
            return defineClass(name, ready, 0, ready.length, domain);
        }
        ZipEntry entry = jar.getEntry(stored(name.replace('.', '/') + CLASS_SUFFIX));
        if (entry == null) {
            return super.loadClass(name, false);
        }
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length, domain);
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name + " cannot be read from " + jarUrl, unreadable);
        }
    }

    @Override
    public URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : super.getResource(name);
    }

    @Override
    protected URL findResource(String name) {
        ZipEntry entry = jar.getEntry(stored(name));
        try {
            return entry == null ? null : new URL("jar:" + jarUrl + "!/" + entry.getName());
        } catch (MalformedURLException impossible) {
            return null;
        }
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL own = findResource(name);
        return Collections.enumeration(own == null ? List.of() : List.of(own));
    }

    /** Straight from the open jar: a URL would open it again through a cache that the host shares. */
    @Override
    public InputStream getResourceAsStream(String name) {
        ZipEntry entry = jar.getEntry(stored(name));
        try {
            return entry == null ? super.getResourceAsStream(name) : jar.getInputStream(entry);
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static String stored(String name) {
        return name.endsWith(CLASS_SUFFIX)
                ? FOLDER + name.substring(0, name.length() - CLASS_SUFFIX.length()) + STORED_SUFFIX
                : FOLDER + name;
    }
}
