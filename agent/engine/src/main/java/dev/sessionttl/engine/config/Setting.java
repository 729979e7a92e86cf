package dev.sessionttl.engine.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A scalar that can be set in the file, in the environment and by system property: its name, its rule, its default.
 */
final class Setting<T> {
    static final Setting<Long> MAX_SESSION_AGE_MS = new Setting<>(
            "MAX_SESSION_AGE_MS",
            "maxSessionAgeMs",
            new Rules.OfWholeNumber(0, Long.MAX_VALUE, "whole milliseconds above 0, or 0 to switch expiry by age off"),
            86_400_000L);
    static final Setting<Boolean> ENABLED = new Setting<>("enabled", "enabled", new Rules.OfFlag(), true);
    static final Setting<Boolean> DRY_RUN =
            new Setting<>("dryRun", "dryRun", new Rules.OfFlag(), false).orIfWrong(true);
    static final Setting<Boolean> NO_STORE = new Setting<>("store", "store", new NoStore());
    static final Setting<String> STORE_URL = new Setting<>("url", "store.url", new StoreUrl());
    static final Setting<String> TABLE =
            new Setting<>("table", "store.table", new Rules.OfText("the name of the table"), "agent_sessions");
    static final Setting<List<String>> KEY =
            new Setting<>("key", "store.key", new Rules.OfTexts("the name of a column", true), List.of("agent_id"));
    static final Setting<String> SESSION_ID =
            new Setting<>("sessionId", "store.sessionId", new Rules.OfText("the name of a column"), "session_id");
    static final Setting<String> LAST_USED_AT =
            new Setting<>("lastUsedAt", "store.lastUsedAt", new Rules.OfText("the name of a column"), "last_used_at");
    static final Setting<TimestampFormat> TIMESTAMPS =
            new Setting<>("timestamps", "store.timestamps", new Choice<>(TimestampFormat.class), TimestampFormat.AUTO);
    static final Setting<ExpireAction> EXPIRE = new Setting<>(
                    "expire", "store.expire", new Choice<>(ExpireAction.class), ExpireAction.DELETE_ROW)
            .orIfWrong(ExpireAction.CLEAR_SESSION_ID);
    static final Setting<Boolean> CASCADE =
            new Setting<>("cascade", "store.cascade", new Rules.OfFlag(), false).orIfWrong(false);
    static final Setting<Long> BUSY_TIMEOUT_MS =
            new Setting<>("busyTimeoutMs", "store.busyTimeoutMs", milliseconds(), 50L);
    static final Setting<Long> SWEEP_BUDGET_MS =
            new Setting<>("sweepBudgetMs", "store.sweepBudgetMs", milliseconds(), 2_000L);
    static final Setting<Long> SWEEP_EVERY_MS = new Setting<>("sweepEveryMs", "store.sweepEveryMs", milliseconds(), 0L);
    static final Setting<Double> MAX_SWEEP_FRACTION = new Setting<>(
                    "maxSweepFraction",
                    "store.maxSweepFraction",
                    new Rules.OfFraction("a number above 0 and up to 1, such as 0.5 for half of the rows"),
                    1.0)
            .orIfWrong(0.0);
    static final Setting<String> OBSERVED_FILE = new Setting<>(
            "observedFile", "store.observedFile", new Rules.OfText("the path of a file of the agent's own"));
    static final Setting<String> USER =
            new Setting<>("user", "store.user", new Rules.OfText("the name of the database's user"));
    static final Setting<String> PASSWORD = new Setting<>("password", "store.password", new Password());
    static final Setting<PasswordFile> PASSWORD_FILE =
            new Setting<>("passwordFile", "store.passwordFile", new PasswordFile.Named());
    static final Setting<Boolean> WATCH_PROCESSES = new Setting<>("watch", "processes.watch", new Rules.OfFlag(), true);
    static final Setting<StaleProcess> STALE_PROCESS =
            new Setting<>("stale", "processes.stale", new Choice<>(StaleProcess.class), StaleProcess.OBSERVE);
    static final Setting<String> HTTP_HOST =
            new Setting<>("host", "http.host", new Rules.OfText("the name or address to bind to"), "127.0.0.1");
    static final Setting<Long> HTTP_PORT = new Setting<>(
            "port",
            "http.port",
            new Rules.OfWholeNumber(0, 65_535, "a port from 1 to 65535, or 0 for any free one"),
            9_477L);
    static final Setting<Boolean> METRICS_HOST_REGISTRY =
            new Setting<>("hostRegistry", "metrics.hostRegistry", new Rules.OfFlag(), true);
    static final Setting<Path> METRICS_TEXTFILE = new Setting<>("textfile", "metrics.textfile", FileRule.PROMETHEUS);
    static final Setting<Path> AUDIT = new Setting<>("audit", "audit", FileRule.AUDIT);
    static final Setting<List<String>> HTTP_ALLOWED_HOSTS = new Setting<>(
            "allowedHosts",
            "http.allowedHosts",
            new Rules.OfTexts("a name that http is asked for by, such as \"ops.example.com\"", true),
            List.of());

    static final List<Setting<?>> ALL = List.of(
            MAX_SESSION_AGE_MS,
            ENABLED,
            DRY_RUN,
            NO_STORE,
            STORE_URL,
            TABLE,
            KEY,
            SESSION_ID,
            LAST_USED_AT,
            TIMESTAMPS,
            EXPIRE,
            CASCADE,
            BUSY_TIMEOUT_MS,
            SWEEP_BUDGET_MS,
            SWEEP_EVERY_MS,
            MAX_SWEEP_FRACTION,
            OBSERVED_FILE,
            USER,
            PASSWORD,
            PASSWORD_FILE,
            WATCH_PROCESSES,
            STALE_PROCESS,
            HTTP_HOST,
            HTTP_PORT,
            HTTP_ALLOWED_HOSTS,
            METRICS_HOST_REGISTRY,
            METRICS_TEXTFILE,
            AUDIT);

    /** What its own section of the file calls it. */
    final String name;
    /** What follows {@code session.ttl.} where it is set as a system property. */
    final String property;

    final Rule<T> rule;
    final Optional<T> fallback;
    /** What counts instead of a value that is wrong, where the default could cost a row that the user meant to keep. */
    final Optional<T> ifWrong;

    Setting(String name, String property, Rule<T> rule, T fallback) {
        this(name, property, rule, Optional.of(fallback), Optional.empty());
    }

    private Setting(String name, String property, Rule<T> rule) {
        this(name, property, rule, Optional.empty(), Optional.empty());
    }

    private Setting(String name, String property, Rule<T> rule, Optional<T> fallback, Optional<T> ifWrong) {
        this.name = name;
        this.property = property;
        this.rule = rule;
        this.fallback = fallback;
        this.ifWrong = ifWrong;
    }

    private Setting<T> orIfWrong(T value) {
        return new Setting<>(name, property, rule, fallback, Optional.of(value));
    }

    /** What the entry says; where that is wrong, it has been complained of, and the value that does no harm counts. */
    Optional<T> read(Entry entry) {
        Optional<T> value = rule.read(entry);
        return value.isPresent() ? value : ifWrong;
    }

    /** What the agent does for as long as the file's value is wrong. */
    String meanwhile() {
        if (ifWrong.isPresent()) {
            return "meanwhile " + shown(ifWrong.get()) + " counts, lest a row be lost";
        }
        return fallback.isEmpty()
                ? "meanwhile it is passed over"
                : "meanwhile it is passed over (default: " + shown(fallback.get()) + ")";
    }

    private static String shown(Object value) {
        if (value instanceof Enum<?> constant) {
            return Choice.nameOf(constant);
        }
        if (value instanceof Double number) {
            return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
        }
        return value instanceof List<?> list && list.size() == 1 ? list.get(0).toString() : value.toString();
    }

    private static Rule<Long> milliseconds() {
        return new Rules.OfWholeNumber(0, Integer.MAX_VALUE, "whole milliseconds from 0 to 2147483647");
    }
}
