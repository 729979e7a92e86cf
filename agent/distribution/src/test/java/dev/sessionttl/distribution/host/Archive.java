package dev.sessionttl.distribution.host;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/** A jar or a WAR that a host is packed in. Nothing in it is compressed: launchers demand that of nested jars. */
public final class Archive {
    private final Path file;
    private final Manifest manifest = new Manifest();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private Archive(Path file) {
        this.file = file;
    }

    public static Archive in(Path file, Map<String, String> manifestEntries) {
        Archive archive = new Archive(file);
        Attributes attributes = archive.manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifestEntries.forEach(attributes::putValue);
        return archive;
    }

    /** @param under where its files come to lie: {@code ""}, or a path that ends with a slash */
    public Archive withFolder(String under, Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                withFile(under + folder.relativize(each).toString().replace('\\', '/'), each);
            }
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Archive withFile(String name, Path content) {
        try {
            entries.put(name, Files.readAllBytes(content));
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Everything in another jar but its manifest. */
    public Archive withContentOf(Path other) {
        try (JarFile jar = new JarFile(other.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    entries.put(entry.getName(), jar.getInputStream(entry).readAllBytes());
                }
            }
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Path write() {
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.setMethod(ZipEntry.STORED);
            for (String folder : folders()) {
                put(jar, folder, new byte[0]);
            }
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(jar, entry.getKey(), entry.getValue());
            }
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The folders that the entries lie in, outer ones first. */
    private Set<String> folders() {
        Set<String> folders = new LinkedHashSet<>();
        for (String name : entries.keySet()) {
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                folders.add(name.substring(0, slash + 1));
            }
        }
        // JarOutputStream writes that one itself.
        folders.remove("META-INF/");
        return folders;
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        jar.putNextEntry(entry);
        jar.write(content);
    }
}
