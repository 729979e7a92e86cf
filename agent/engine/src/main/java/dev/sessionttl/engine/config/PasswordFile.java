package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import dev.sessionttl.engine.config.PostgresUrl.Server;
import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The {@code .pgpass} file that was named, and where it was named: what is wrong with it is reported there. Nothing that it
 * holds is ever quoted.
 */
final class PasswordFile {
    /** Far above any password file; a path to something else is not to fill the host's memory. */
    private static final int MAX_BYTES = 1 << 20;

    private static final String MEANWHILE = "meanwhile there is no password";
    private static final String A_LINE = "hostname:port:database:username:password";
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    /** The rule for the setting; the file is opened only where a password is needed. */
    static final class Named implements Rule<PasswordFile> {
        private final Rules.OfText path = new Rules.OfText("the path of a file with lines " + A_LINE);

        @Override
        public Optional<PasswordFile> read(Entry entry) {
            Optional<String> named = path.read(entry);
            return named.isPresent() ? Optional.of(new PasswordFile(named.get(), entry)) : Optional.empty();
        }

        @Override
        public JsonNode lift(String text) {
            return new Text(text, Position.NONE);
        }
    }

    private final String path;
    private final Entry entry;

    private PasswordFile(String path, Entry entry) {
        this.path = path;
        this.entry = entry;
    }

    /**
     * The password for the first of the URL's servers that the file knows; nothing after having complained.
     *
     * @param user what {@code store.user} says; a user in the URL comes before it, and the account of the host behind it
     */
    Optional<String> passwordFor(PostgresUrl url, Optional<String> user, Properties systemProperties) {
        Optional<PgPass> lines = lines(systemProperties.getProperty("user.home", ""));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String account = systemProperties.getProperty("user.name", "");
        String name = url.user().isPresent() ? url.user().get() : user.orElse(account);
        String database = url.database().isEmpty() ? name : url.database();
        for (Server server : url.servers()) {
            Optional<String> password = lines.get().password(server.host(), server.port(), database, name);
            if (password.isPresent()) {
                return nonEmpty(password.get());
            }
        }
        Server first = url.servers().get(0);
        complain(
                "no line of " + path + " is for host " + first.host() + ", port " + first.port() + ", database "
                        + database + ", user " + name,
                "add one, " + A_LINE + ", where * stands for anything");
        return Optional.empty();
    }

    private Optional<String> nonEmpty(String password) {
        if (password.isEmpty()) {
            complain("the first line of " + path + " that fits has no password", "add it behind the last colon");
        }
        return password.isEmpty() ? Optional.empty() : Optional.of(password);
    }

    private Optional<PgPass> lines(String home) {
        try {
            // The shell knows ~, and JSON does not; yet it is what everybody writes.
            Path file = path.startsWith("~/") ? Path.of(home, path.substring(2)) : Path.of(path);
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                complain(path + " is not a plain file", "name a file with lines " + A_LINE);
                return Optional.empty();
            }
            return isPrivate(file) ? Optional.of(PgPass.parse(text(file))) : Optional.empty();
        } catch (NoSuchFileException missing) {
            complain(
                    "the file " + path + " does not exist",
                    "create it with lines " + A_LINE + ", and chmod 600 " + path);
        } catch (CharacterCodingException otherEncoding) {
            complain("the file " + path + " is not UTF-8", "save it as UTF-8");
        } catch (InvalidPathException impossible) {
            complain("it is no path: " + impossible.getReason(), "name a file with lines " + A_LINE);
        } catch (IOException unreadable) {
            complain("the file " + path + " cannot be read: " + Log.inWords(unreadable), "make it a readable file");
        }
        return Optional.empty();
    }

    /** PostgreSQL's clients pass a file over that its group or others may read, and so does the agent. */
    private boolean isPrivate(Path file) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException notPosix) {
            return true;
        }
        boolean isPrivate = OWNERS.containsAll(permissions);
        if (!isPrivate) {
            complain(
                    "the file " + path + " is open to others than its owner ("
                            + PosixFilePermissions.toString(permissions)
                            + "), and is ignored, as PostgreSQL ignores it",
                    "chmod 600 " + path);
        }
        return isPrivate;
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is larger than 1 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private void complain(String what, String right) {
        entry.complain(what, right, MEANWHILE);
    }
}
