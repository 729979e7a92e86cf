package dev.sessionttl.engine.command;

import dev.sessionttl.engine.config.Credentials;
import dev.sessionttl.engine.discover.Discovery;
import dev.sessionttl.engine.discover.Proposal;
import dev.sessionttl.engine.store.DatabaseSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code discover PATH…}: proposes a config from a host's jars. */
@Command(
        name = "discover",
        description = {
            "Propose a config from what a host's jars say.",
            "Reads class files, mappings and scripts; nothing of the host is loaded or run. What is proposed wants a look:"
                    + " each finding tells why, and how sure it is."
        })
final class DiscoverCommand implements Callable<Integer> {
    private static final String PASSWORD = "SESSION_TTL_STORE_PASSWORD";

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "A jar, or a folder of jars or class files.")
    List<Path> paths = new ArrayList<>();

    @Option(
            names = "--db",
            paramLabel = "URL",
            description = "The host's database, jdbc:sqlite: or jdbc:postgresql:, which is only read."
                    + " A password is taken from " + PASSWORD + ".")
    @Nullable
    String url;

    @Option(
            names = "--package",
            paramLabel = "NAME",
            description = "A package of the host's own, where its jars do not tell; repeatable.")
    List<String> packages = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON object: config, findings, notes.")
    boolean json;

    @Option(names = "--write", paramLabel = "FILE", description = "Write the proposed config to a new file.")
    @Nullable
    Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Discovery.Request request =
                new Discovery.Request(paths, packages, Optional.ofNullable(url), url == null ? List.of() : tables(url));
        Proposal proposal = Discovery.propose(request);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? proposal.json() : proposal.text());
        if (file != null && proposal.isUseful()) {
            write(file, proposal.config());
            if (!json) {
                out.println("written to " + file);
            }
        }
        out.flush();
        return proposal.isUseful() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<DatabaseSchema.Table> tables(String given) {
        if (!given.startsWith("jdbc:sqlite:") && !given.startsWith("jdbc:postgresql:")) {
            throw wrong("--db takes a URL that begins with jdbc:sqlite: or jdbc:postgresql:");
        }
        if (given.contains("password=") || given.matches("jdbc:postgresql://[^/?]*@.*")) {
            throw wrong("leave the password out of the URL, which others can see, and set " + PASSWORD);
        }
        try {
            return DatabaseSchema.read(
                    given, new Credentials(Optional.empty(), Optional.ofNullable(System.getenv(PASSWORD))));
        } catch (IOException failure) {
            throw wrong("the database cannot be read: " + failure.getMessage());
        }
    }

    /** The file may be the host's own, with more in it than the agent reads. */
    private void write(Path target, String config) throws IOException {
        try {
            Path folder = target.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(target, config, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException there) {
            throw wrong(target + " is there already: add the section to it by hand, or name another file");
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
