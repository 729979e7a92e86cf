package dev.sessionttl.engine.command;

import dev.sessionttl.engine.audit.AuditLog;
import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.LoadedConfig;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.store.JdbcTable;
import dev.sessionttl.engine.store.Sweep;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sweep}: drops what is expired, from another process than the host's. */
@Command(
        name = "sweep",
        description = {
            "Drop every expired session now, in small steps beside whoever uses the table.",
            "A host that runs is not told, and may be resuming one of them: it is better served by the agent itself."
        })
final class SweepCommand implements Callable<Integer> {
    @Mixin
    ConfigArgument config = new ConfigArgument();

    @Option(names = "--dry-run", description = "Count what would go, by age, and drop nothing.")
    boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    CommandSpec spec;

    @Override
    public Integer call() throws CommandException {
        LoadedConfig loaded = config.load();
        AgentConfig read = loaded.config();
        if (read.store().isObserved()) {
            throw new CommandException("how old sessions are, by " + config.file
                    + " the agent of the running host knows alone: nothing is swept from here");
        }
        String url = read.store()
                .url()
                .orElseThrow(() -> new CommandException("no store.url in " + config.file + ": nothing to sweep"));
        boolean isDry = dryRun || read.dryRun();
        if (!isDry) {
            requireSound(loaded);
        }
        JdbcTable table = JdbcTable.of(url, read.store());
        try (Timer timer = new Timer()) {
            return sweep(table, read, isDry, timer);
        } catch (StoreException failure) {
            throw new CommandException(table.name() + ": " + Log.inWords(failure), failure);
        } finally {
            table.closeForGood();
        }
    }

    /** What was misread may be the age or the table: a person sits here, and can put it right first. */
    private void requireSound(LoadedConfig loaded) throws CommandException {
        if (!loaded.problems().isEmpty()) {
            throw new CommandException(loaded.problems().get(0) + "\nnothing is swept by a config with problems ("
                    + loaded.problems().size() + "); check tells them all, and --dry-run what would go");
        }
        if (!loaded.config().enabled()) {
            throw new CommandException(config.file + " says \"enabled\": false: nothing is swept");
        }
    }

    private int sweep(JdbcTable table, AgentConfig read, boolean isDry, Timer timer)
            throws StoreException, CommandException {
        MaxSessionAge maxAge = new MaxSessionAge(read.maxSessionAgeMillis(), InstantSource.system()).asOfNow();
        String what = table.name() + ", " + read.store().table();
        if (!table.mayExist()) {
            throw new CommandException(what + ": there is no such database, and none is created");
        }
        long rows = table.facts().rows();
        Ages ages = new Ages(maxAge.clock().millis());
        AtomicInteger dropped = new AtomicInteger();
        Optional<AuditLog> audit = read.audit()
                .map(file ->
                        new AuditLog(file, read.store().table(), read.store().key(), InstantSource.system()));
        Sweep sweep = new Sweep(table, maxAge, timer.executor(), id -> false, row -> {
            dropped.incrementAndGet();
            audit.ifPresent(log -> write(log, row));
        });
        if (maxAge.isOn() && !sweep.lookThrough(0, ages::add)) {
            throw new CommandException(what + ": interrupted");
        }
        if (!isDry) {
            if (!read.store().sweep().allows(ages.count(), rows)) {
                throw new CommandException(what + ": " + ages.count() + " of " + rows
                        + " sessions are expired, more than store.maxSweepFraction "
                        + read.store().sweep().maxFraction() + " allows: none is dropped");
            }
            sweep.run(Sweep.Pace.besideOthers(table));
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", 1);
        facts.put("database", table.name());
        facts.put("table", read.store().table());
        facts.put("sessions", rows);
        facts.put("expired", ages.count());
        facts.put("byAge", ages.inJson());
        facts.put("dryRun", isDry);
        facts.put("dropped", dropped.get());
        tell(
                facts,
                what + ": " + ages.count() + " of " + rows + " sessions are expired\n" + ages.inText()
                        + (isDry ? "dry run: nothing is dropped" : dropped.get() + " dropped"));
        return ExitCode.OK;
    }

    private void write(AuditLog log, SessionRow row) {
        try {
            log.dropped(row, "expired", "the command sweep");
        } catch (IOException failure) {
            Log.warnOnce("audit", "the audit log cannot be written", failure);
        }
    }

    private void tell(Map<String, Object> facts, String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.write(facts) : text);
        out.flush();
    }
}
