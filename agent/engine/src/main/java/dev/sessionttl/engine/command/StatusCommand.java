package dev.sessionttl.engine.command;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;

/** {@code status}: what a running agent has done, and whether it can do its work. */
@Command(
        name = "status",
        description = {
            "Show what a running agent has done so far, and whether it can do its work.",
            "Exit 1 also where it is degraded, or idle because nothing is woven."
        })
final class StatusCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    Source source = new Source();

    @Option(names = "--json", description = "Print the agent's own JSON object.")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    CommandSpec spec;

    /** One of the two. */
    static final class Source {
        @Option(
                names = "--url",
                paramLabel = "URL",
                description = "Where the agent's http is, such as http://127.0.0.1:9477.")
        @Nullable
        String url;

        @Parameters(paramLabel = "PID", description = "The host's process id; its user has to be yours.")
        @Nullable
        Long pid;

        String read() throws CommandException {
            if (url != null) {
                return HttpStatus.of(url);
            }
            RemoteJvm.requireModule("java.management.rmi");
            return JmxStatus.of(pid == null ? 0 : pid);
        }

        String name() {
            return url != null ? "the answer of " + HttpStatus.shown(url) : "the answer of process " + pid;
        }
    }

    @Override
    public Integer call() throws CommandException {
        String text = source.read();
        StatusText status = new StatusText(objectIn(text));
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? text.strip() + "\n" : status.inText(spec.commandLine().getColorScheme()));
        out.flush();
        return status.isWell() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Map<?, ?> objectIn(String text) throws CommandException {
        try {
            if (Json.read(text) instanceof Map<?, ?> object && object.get("state") != null) {
                return object;
            }
        } catch (JacksonException noJson) {
            // Told below, in the same words.
        }
        throw new CommandException(source.name() + " is no status of an agent");
    }
}
