package dev.sessionttl.engine.command;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code generate-completion}: the script by which bash and zsh complete what is typed. */
@Command(
        name = "generate-completion",
        description = "Print a completion script for bash and zsh.",
        footer = {
            "For the shell's start file:",
            "  alias session-ttl='java -jar /path/to/session-ttl-agent.jar'",
            "  source <(session-ttl generate-completion)"
        })
final class CompletionCommand implements Runnable {
    /** No shell completes {@code java -jar}, so the script is for the alias. */
    private static final String ALIAS = "session-ttl";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    CommandSpec spec;

    CompletionCommand() {}

    @Override
    public void run() {
        CommandLine top = spec.root().commandLine();
        spec.commandLine().getOut().println(AutoComplete.bash(ALIAS, top));
        spec.commandLine().getOut().flush();
    }
}
