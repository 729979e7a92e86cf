package dev.sessionttl.engine.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which files this process has open, where the operating system tells (Linux). It opens none of them. */
final class OpenFiles {
    private static final File DESCRIPTORS = new File("/proc/self/fd");

    private OpenFiles() {}

    /** Whether the process has this file open; false where that cannot be told. */
    static boolean contain(Path file) {
        try {
            Path real = file.toRealPath();
            File[] descriptors = DESCRIPTORS.listFiles();
            for (int i = 0; descriptors != null && i < descriptors.length; i++) {
                if (isLinkTo(descriptors[i].toPath(), real)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | RuntimeException cannotBeTold) {
            return false;
        }
    }

    private static boolean isLinkTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException | RuntimeException closedMeanwhile) {
            return false;
        }
    }
}
