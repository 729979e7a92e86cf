package dev.sessionttl.engine.command;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.LoadedConfig;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.report.Finding;
import dev.sessionttl.engine.report.Finding.Grade;
import dev.sessionttl.engine.store.TableReview;
import dev.sessionttl.engine.weaving.SiteReview;
import dev.sessionttl.engine.weaving.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: the config, against itself, the database and the host's jars. */
@Command(
        name = "check",
        description = {
            "Look the config over: against its rules, the database it names, and the host's jars.",
            "Nothing is written. A host may be running meanwhile."
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    ConfigArgument config = new ConfigArgument();

    @Option(
            names = "--jar",
            paramLabel = "PATH",
            description = "The host's jar, or a folder of classes or jars; may be given several times.")
    List<Path> jars = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = spec.commandLine();
        for (Path jar : jars) {
            if (!Files.exists(jar)) {
                throw new CommandLine.ParameterException(commandLine, "there is no " + jar);
            }
        }
        LoadedConfig loaded = config.load();
        Targets targets = targetsOf(loaded.config());
        Map<String, List<Finding>> sections = new LinkedHashMap<>();
        sections.put("config", ofConfig(loaded, targets));
        if (loaded.config().store().hasTable()) {
            loaded.config().store().url().ifPresent(url -> sections.put("database", ofDatabase(url, loaded.config())));
        }
        if (!jars.isEmpty()) {
            sections.put("host", SiteReview.of(targets.targets(), jars));
        }
        Findings findings = new Findings(sections);
        commandLine.getOut().print(json ? findings.inJson() : findings.inText(commandLine.getColorScheme()));
        commandLine.getOut().flush();
        return findings.count(Grade.ERROR) == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static Targets targetsOf(AgentConfig config) {
        return Targets.of(
                config.reads(),
                config.failures(),
                config.logs(),
                config.store().sessionId(),
                config.store().expire(),
                Access.NONE);
    }

    private List<Finding> ofConfig(LoadedConfig loaded, Targets targets) {
        List<Finding> findings = new ArrayList<>();
        loaded.problems().forEach(problem -> findings.add(Finding.error(problem)));
        targets.problems().forEach(problem -> findings.add(Finding.error(problem)));
        AgentConfig read = loaded.config();
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    config.file.toString(),
                    "reads: " + read.reads().size() + ", failures: "
                            + (read.failures().size() + read.logs().size()) + ", processes: "
                            + (read.processes().watch() ? "watched" : "not watched") + "; max session age "
                            + (read.maxSessionAgeMillis() == 0 ? "off" : read.maxSessionAgeMillis() + " ms")));
        }
        if (!read.store().hasTable()) {
            findings.add(Finding.note(config.file.toString(), "store is none: there is no table to look at"));
        }
        if (!read.enabled()) {
            findings.add(Finding.warning(config.file.toString(), "enabled is false: the agent does nothing", ""));
        }
        if (read.dryRun()) {
            findings.add(Finding.note(config.file.toString(), "dryRun is true: the agent decides and drops nothing"));
        }
        return findings;
    }

    private static List<Finding> ofDatabase(String url, AgentConfig config) {
        try (Timer timer = new Timer()) {
            return TableReview.of(
                    url,
                    config.store(),
                    new MaxSessionAge(config.maxSessionAgeMillis(), InstantSource.system()),
                    timer.executor());
        }
    }
}
