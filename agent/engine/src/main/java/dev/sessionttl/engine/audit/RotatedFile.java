package dev.sessionttl.engine.audit;

import dev.sessionttl.engine.report.Log;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that only its owner may read, and that begins anew when it has grown: what it held moves to {@code NAME.1}, and so
 * on to {@code NAME.5}. One JVM writes it. Any thread may call.
 */
final class RotatedFile {
    static final int OLDER_FILES = 5;

    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");
    private static final boolean IS_POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path path;
    private final long mostBytes;
    /** No channel: one closes when the host's thread that writes to it has been interrupted. */
    private @Nullable FileOutputStream open;

    private @Nullable Object fileKey;
    private long bytesInFile;
    /** Whether the last line may have been written in part. */
    private boolean isTorn;

    /** @param mostBytes it begins anew before it would hold more */
    RotatedFile(Path path, long mostBytes) {
        this.path = path;
        this.mostBytes = mostBytes;
    }

    synchronized void append(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            FileOutputStream out = out();
            if (bytesInFile > 0 && bytesInFile + bytes.length > mostBytes) {
                close();
                beginAnew();
                out = out();
            }
            if (isTorn) {
                out.write('\n');
                isTorn = false;
            }
            out.write(bytes);
            bytesInFile += bytes.length;
        } catch (IOException failure) {
            isTorn = open != null;
            close();
            throw failure;
        }
    }

    /** Where somebody has moved the file away or removed it, a new one in its place. */
    private FileOutputStream out() throws IOException {
        FileOutputStream out = open;
        if (out != null && Objects.equals(fileKey, keyOfWhatIsThere())) {
            return out;
        }
        close();
        if (Files.exists(path)) {
            requireOwnersFile();
        } else {
            createForOwner();
        }
        out = new FileOutputStream(path.toFile(), true);
        open = out;
        fileKey = keyOfWhatIsThere();
        bytesInFile = Files.size(path);
        return out;
    }

    private void createForOwner() throws IOException {
        FileAttribute<?>[] onlyOwners = IS_POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS)}
                : new FileAttribute<?>[0];
        Files.createFile(path, onlyOwners);
    }

    /** It may be a folder, which would be closed to its own users, or a pipe, which would keep the host's thread waiting. */
    private void requireOwnersFile() throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException(path + " is not a file");
        }
        if (IS_POSIX && !OWNERS.containsAll(Files.getPosixFilePermissions(path))) {
            Files.setPosixFilePermissions(path, OWNERS);
        }
    }

    private @Nullable Object keyOfWhatIsThere() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException gone) {
            return path;
        }
    }

    /** Where that cannot be, the file grows on: what was dropped must be told all the same. */
    private void beginAnew() {
        try {
            rotate();
        } catch (IOException failure) {
            Log.warnOnce("audit " + path, path + " cannot begin anew, and grows", failure);
        }
    }

    private void rotate() throws IOException {
        for (int number = OLDER_FILES; number > 0; number--) {
            Path from = number == 1 ? path : older(number - 1);
            if (Files.exists(from)) {
                Files.move(from, older(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path older(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void close() throws IOException {
        FileOutputStream out = open;
        open = null;
        if (out != null) {
            out.close();
        }
    }
}
