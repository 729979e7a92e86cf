package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Member;
import dev.sessionttl.engine.config.JsonNode.Members;
import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Puts the config together; later wins: defaults, file, environment, system properties. */
public final class ConfigLoader {
    private static final Members NOTHING = new Members(List.of(), Position.NONE);

    private final Overrides overrides;
    private final Properties systemProperties;
    private final Problems problems;

    private ConfigLoader(Overrides overrides, Properties systemProperties, Problems problems) {
        this.overrides = overrides;
        this.systemProperties = systemProperties;
        this.problems = problems;
    }

    /**
     * Reads everything the agent can be told. It never throws and never prints; any thread may call it.
     *
     * @param file {@code config/agents.json}; it need not exist. Problems name it by this very path
     * @param environment as {@link System#getenv()} gives it
     * @param systemProperties as {@link System#getProperties()} gives them
     */
    public static LoadedConfig load(Path file, Map<String, String> environment, Properties systemProperties) {
        Problems problems = new Problems(file.toString());
        try {
            Optional<Members> members = ConfigFile.read(file, problems);
            Overrides overrides = Overrides.of(environment, systemProperties, problems);
            AgentConfig config = new ConfigLoader(overrides, systemProperties, problems).agent(members);
            return new LoadedConfig(config, problems.inOrder());
        } catch (RuntimeException | StackOverflowError unforeseen) {
            // A throwing premain would abort the host (law 3), and a config is no reason to.
            problems.addAboutFile(
                    "the config cannot be read: " + Log.inWords(unforeseen),
                    "please report this; meanwhile defaults apply to everything");
            Problems none = new Problems("");
            Properties noProperties = new Properties();
            Overrides nothing = Overrides.of(Map.of(), noProperties, none);
            ConfigLoader defaults = new ConfigLoader(nothing, noProperties, none);
            return new LoadedConfig(defaults.agent(Optional.empty()), problems.inOrder());
        }
    }

    private AgentConfig agent(Optional<Members> file) {
        Section root = Section.root(file.orElse(NOTHING), problems);
        if (file.isPresent() && !root.has("sessionTtl")) {
            complainOfNoSection(file.get());
        }
        Section sessionTtl = root.section("sessionTtl", Section.SESSION_TTL);
        boolean noneInFile = sessionTtl
                .entry("store", "")
                .filter(entry -> NoStore.isMeant(entry.value()))
                .isPresent();
        Section storeSection =
                noneInFile ? sessionTtl.withoutEntries("store") : sessionTtl.section("store", Section.STORE);
        StoreConfig store = store(storeSection, noneInFile);
        Sites sites = new Sites(sessionTtl, store.hasTable() ? store.key() : List.of(), problems);
        boolean urlIsMissing = store.hasTable() && !storeSection.has("url") && !overrides.mention(Setting.STORE_URL);
        // A store that is no object has been complained of already.
        if (sites.areWanted() && urlIsMissing && storeSection.isPresent() == sessionTtl.has("store")) {
            (storeSection.isPresent() ? storeSection : sessionTtl)
                    .complain(
                            "there are reads or failures, but no store.url: nothing can expire",
                            "write \"store\": { \"url\": \"jdbc:sqlite:data/orchestrator.db\" }, or set"
                                    + " SESSION_TTL_STORE_URL; meanwhile there is no store");
        }
        Sites.Failures failures = sites.failures();
        return new AgentConfig(
                value(sessionTtl, Setting.ENABLED),
                value(sessionTtl, Setting.DRY_RUN),
                value(root, Setting.MAX_SESSION_AGE_MS),
                store,
                sites.reads(),
                failures.methods(),
                failures.logs(),
                processes(sessionTtl.section("processes", Section.PROCESSES)),
                http(sessionTtl.section("http", Section.HTTP)),
                metrics(sessionTtl.section("metrics", Section.METRICS)),
                find(sessionTtl, Setting.AUDIT));
    }

    private StoreConfig store(Section section, boolean noneInFile) {
        Optional<String> url = find(section, Setting.STORE_URL);
        boolean isNone = overrides.find(Setting.NO_STORE).orElse(noneInFile && !overrides.mention(Setting.STORE_URL));
        return new StoreConfig(
                !isNone,
                url,
                value(section, Setting.TABLE),
                value(section, Setting.KEY),
                value(section, Setting.SESSION_ID),
                value(section, Setting.LAST_USED_AT),
                value(section, Setting.TIMESTAMPS),
                value(section, Setting.EXPIRE),
                value(section, Setting.CASCADE),
                value(section, Setting.BUSY_TIMEOUT_MS),
                new SweepConfig(
                        value(section, Setting.SWEEP_BUDGET_MS),
                        value(section, Setting.SWEEP_EVERY_MS),
                        value(section, Setting.MAX_SWEEP_FRACTION)),
                credentials(section, url),
                find(section, Setting.OBSERVED_FILE));
    }

    /** A password that was given comes before any file, as with PostgreSQL's own clients. */
    private Credentials credentials(Section section, Optional<String> url) {
        Optional<String> user = find(section, Setting.USER);
        Optional<String> password = find(section, Setting.PASSWORD);
        Optional<PasswordFile> file = find(section, Setting.PASSWORD_FILE);
        boolean isAsked = password.isEmpty() && url.isPresent() && StoreUrl.isPostgres(url.get());
        return new Credentials(
                user,
                isAsked && file.isPresent()
                        ? file.get().passwordFor(PostgresUrl.parse(url.get()), user, systemProperties)
                        : password);
    }

    private ProcessesConfig processes(Section section) {
        Optional<Boolean> override = overrides.find(Setting.WATCH_PROCESSES);
        boolean watch = section.isPresent() && valueInFile(section, Setting.WATCH_PROCESSES);
        return new ProcessesConfig(
                override.isPresent() ? override.get() : watch,
                value(section, Setting.STALE_PROCESS),
                section.read("patterns", new CommandPatterns(), "meanwhile there are none")
                        .orElse(List.of()));
    }

    private MetricsConfig metrics(Section section) {
        return new MetricsConfig(
                value(section, Setting.METRICS_HOST_REGISTRY), find(section, Setting.METRICS_TEXTFILE));
    }

    /** To say where to listen is to say that the agent should, in the file or above it. */
    private Optional<HttpConfig> http(Section section) {
        String host = valueInFile(section, Setting.HTTP_HOST);
        long port = valueInFile(section, Setting.HTTP_PORT);
        List<String> allowedHosts = value(section, Setting.HTTP_ALLOWED_HOSTS);
        Optional<String> hostAbove = overrides.find(Setting.HTTP_HOST);
        Optional<Long> portAbove = overrides.find(Setting.HTTP_PORT);
        if (!section.isPresent() && hostAbove.isEmpty() && portAbove.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new HttpConfig(hostAbove.orElse(host), Math.toIntExact(portAbove.orElse(port)), allowedHosts));
    }

    private <T> Optional<T> find(Section section, Setting<T> setting) {
        Optional<T> inFile = section.read(setting);
        Optional<T> above = overrides.find(setting);
        return above.isPresent() ? above : inFile;
    }

    private <T> T value(Section section, Setting<T> setting) {
        Optional<T> found = find(section, setting);
        return found.isPresent() ? found.get() : setting.fallback.orElseThrow();
    }

    private static <T> T valueInFile(Section section, Setting<T> setting) {
        Optional<T> found = section.read(setting);
        return found.isPresent() ? found.get() : setting.fallback.orElseThrow();
    }

    private void complainOfNoSection(Members root) {
        List<String> names = new ArrayList<>();
        for (Member member : root.members()) {
            names.add(member.name());
        }
        List<String> nearest = Nearest.to("sessionTtl", names, 1);
        problems.add(
                root.at(),
                "",
                "there is no sessionTtl section",
                (nearest.isEmpty() ? "add \"sessionTtl\": { … }" : "did you mean \"" + nearest.get(0) + "\" to be it?")
                        + "; meanwhile defaults apply, and above them the environment and the system properties");
    }
}
