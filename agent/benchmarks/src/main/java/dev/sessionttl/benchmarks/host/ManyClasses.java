package dev.sessionttl.benchmarks.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Loads classes that differ in their names alone, and says how long that took. */
public final class ManyClasses {
    private static final String MODEL = OneOfMany00000.class.getName();
    private static final int DIGITS = 5;

    private ManyClasses() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        ClassLoader loader = ManyClasses.class.getClassLoader();
        long began = System.nanoTime();
        for (int number = 1; number <= count; number++) {
            Class.forName(name(number), true, loader);
        }
        System.out.println("figure loading " + (System.nanoTime() - began) / 1e6);
    }

    /** A jar of such classes. */
    public static void write(Path jar, int count) throws IOException {
        String model = model();
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (int number = 1; number <= count; number++) {
                out.putNextEntry(new ZipEntry(name(number).replace('.', '/') + ".class"));
                out.write(model.replace(simple(MODEL), simple(name(number))).getBytes(StandardCharsets.ISO_8859_1));
                out.closeEntry();
            }
        }
    }

    /** Its class file, a character a byte: a name of the same length can be put in the place of its own. */
    private static String model() throws IOException {
        try (InputStream in = ManyClasses.class.getResourceAsStream(simple(MODEL) + ".class")) {
            if (in == null) {
                throw new IOException("no class file of " + MODEL);
            }
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String name(int number) {
        String digits = "0".repeat(DIGITS) + number;
        return MODEL.substring(0, MODEL.length() - DIGITS) + digits.substring(digits.length() - DIGITS);
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
