package dev.sessionttl.engine.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code attach PID}: loads the agent into a JVM that runs already. */
@Command(
        name = "attach",
        description = {
            "Load the agent into a JVM that runs already.",
            "It serves from then on. An SQLite database is touched through the host's own driver alone. After the next"
                    + " start of the host it is gone: add the -javaagent flag as well."
        })
final class AttachCommand implements Callable<Integer> {
    /** Set by the engine in the other JVM; what begins with {@code attached} went well. */
    private static final String OUTCOME = "dev.sessionttl.attach";

    private static final int WARNS_FROM_JDK = 21;

    @Parameters(index = "0", paramLabel = "PID", description = "The host's process id.")
    long pid;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "agents.json",
            description = "The config; without one, config/agents.json under the host's working directory.")
    @Nullable
    Path config;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    CommandSpec spec;

    @Override
    public Integer call() throws CommandException {
        PrintWriter out = spec.commandLine().getOut();
        try (RemoteJvm jvm = RemoteJvm.of(pid)) {
            int jdk = Runtime.Version.parse(jvm.systemProperties().getProperty("java.version"))
                    .feature();
            jvm.load(
                    AgentJar.path().toAbsolutePath(),
                    config == null ? "" : config.toAbsolutePath().toString());
            Properties after = jvm.systemProperties();
            String outcome = after.getProperty(OUTCOME, "the agent said nothing; the host's stderr may say why");
            boolean isAttached = outcome.startsWith("attached");
            out.println("process " + pid + ", JDK " + jdk + ": " + Printable.line(outcome));
            if (isAttached && jdk >= WARNS_FROM_JDK) {
                out.println("JDK " + jdk + " warns of agents that are attached, on the host's stderr; a later one will"
                        + " refuse them unless the host was started with -XX:+EnableDynamicAgentLoading");
            }
            out.flush();
            return isAttached ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }
}
