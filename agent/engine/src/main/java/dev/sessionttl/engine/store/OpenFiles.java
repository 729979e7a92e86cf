package dev.sessionttl.engine.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which files this process has open, where the operating system tells (Linux). It opens none of them. */
final class OpenFiles {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private OpenFiles() {}

    /** Whether the process has this file open; false where that cannot be told. */
    static boolean contain(Path file) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            Path real = file.toRealPath();
            for (Path descriptor : descriptors) {
                if (isLinkTo(descriptor, real)) {
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
