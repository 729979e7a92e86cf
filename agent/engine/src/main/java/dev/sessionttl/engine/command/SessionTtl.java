package dev.sessionttl.engine.command;

import dev.sessionttl.engine.report.Log;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line's top: what every command has, and how each of them ends. */
@Command(
        name = "session-ttl-agent.jar",
        synopsisHeading = "Usage: java -jar ",
        description = "Expires stale session ids of an orchestrator. As an agent:%n"
                + "  java -javaagent:session-ttl-agent.jar[=path/to/agents.json] -jar orchestrator.jar",
        mixinStandardHelpOptions = true,
        versionProvider = AgentJar.Version.class,
        scope = ScopeType.INHERIT,
        usageHelpWidth = 100,
        subcommands = {
            DiscoverCommand.class,
            CheckCommand.class,
            SweepCommand.class,
            StatusCommand.class,
            AttachCommand.class,
            CompletionCommand.class
        },
        footer = "Exit: 0 good, 1 found something wrong, 2 wrong usage.")
public final class SessionTtl {
    private SessionTtl() {}

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of what fails.")
    boolean debug;

    /**
     * Runs one command in this process, which is its own; called by the launcher's {@code main}.
     *
     * @return the exit code: 0 good, 1 found something wrong, 2 wrong usage
     */
    public static int run(String[] arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        SessionTtl top = new SessionTtl();
        return new CommandLine(top)
                // A path may begin with @, and no command is so long.
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> top.tell(failure, commandLine));
    }

    private int tell(Exception failure, CommandLine commandLine) {
        PrintWriter err = commandLine.getErr();
        String words = failure instanceof CommandException ? failure.getMessage() : Log.inWords(failure);
        err.println(commandLine.getColorScheme().errorText(Printable.lines(String.valueOf(words))));
        if (debug) {
            failure.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
