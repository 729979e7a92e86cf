package com.acme;

import com.acme.orchestrator.Orchestrator;
import com.acme.orchestrator.RunOptions;
import com.acme.orchestrator.UsageException;
import com.acme.orchestrator.night.Night;
import com.acme.orchestrator.night.NightOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** The command line: {@code run} works a queue off, {@code night} shows what stale sessions cost it. Exits 0, 1 (failed) or 2 (usage). */
public final class Main {
    private static final String USAGE = """
            usage: java -jar demo-orchestrator.jar run --tasks FILE [--db FILE] [--threads N] [--workspace DIR] [--journal FILE] [--linger]
                   java -jar demo-orchestrator.jar night [--with JVM-OPTION]...

            run      dispatches every task of FILE (a line each: agent, tab, prompt) to the CLI named by CLAUDE_BIN,
                     or to a stand-in that is shipped with this jar
              --db         session store                                  default data/orchestrator.db
              --threads    dispatches at once                             default 4
              --workspace  directory that the CLI runs in                 default .
              --journal    file that gets a line for every dispatch
              --linger     wait for a line on stdin before exiting
            night    the same night twice, on the same stored sessions: as it is, then with the JVM options given
              --with       a JVM option for the second run, repeatable    default the agent built in this checkout
            """;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        // The log lines carry a dash that a JVM in the C locale would print as a question mark.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        int exit = run(List.of(args), out);
        if (exit != 0) {
            System.exit(exit);
        }
    }

    private static int run(List<String> args, PrintStream out) throws InterruptedException {
        try {
            String command = args.isEmpty() ? "" : args.get(0);
            switch (command) {
                case "run" -> Orchestrator.run(RunOptions.parse(args.subList(1, args.size())), System.in, out);
                case "night" -> night(NightOptions.parse(args.subList(1, args.size())), out);
                case "--help", "-h" -> out.print(USAGE);
                default -> throw new UsageException(command.isEmpty() ? "no command" : "no such command: " + command);
            }
            return 0;
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            return 2;
        } catch (IOException e) {
            System.err.println(e);
            return 1;
        }
    }

    private static void night(NightOptions options, PrintStream out) throws IOException, InterruptedException {
        new Night(options, Map.of(), Files.createTempDirectory("night-"), out).run();
    }
}
