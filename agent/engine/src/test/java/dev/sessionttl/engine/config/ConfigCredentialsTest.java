package dev.sessionttl.engine.config;

import static dev.sessionttl.engine.config.Loading.withEntries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sessionttl.engine.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCredentialsTest {
    private static final String SECRET = "hunter2";
    private static final String URL = "jdbc:postgresql://db/runs";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void aFileOfItsOwner() throws IOException {
        file = folder.resolve(".pgpass");
        Files.writeString(file, "db:5432:runs:app:" + SECRET + "\n");
        allow("rw-------");
    }

    @Test
    void aPasswordComesFromTheEnvironmentOrAboveItFromAProperty() {
        Map<String, String> environment = Map.of("SESSION_TTL_STORE_PASSWORD", "of the environment");
        Map<String, String> property = Map.of("session.ttl.store.password", "of a property");
        String json = withEntries("\"store\": { \"url\": \"" + URL + "\", \"user\": \"app\" }");

        assertThat(credentials(Loading.load(json))).isEqualTo(new Credentials(Optional.of("app"), Optional.empty()));
        assertThat(credentials(Loading.load(json, environment, Map.of())).password())
                .contains("of the environment");
        assertThat(credentials(Loading.load(json, environment, property)).password())
                .contains("of a property");
    }

    @Test
    void aPasswordInTheFileIsNotUsed() {
        assertThat(credentials(Loading.load(withEntries("\"store\": { \"password\": \"" + SECRET + "\" }")))
                        .password())
                .isEmpty();
    }

    @Test
    void aPasswordFileThatIsNamedIsRead() {
        LoadedConfig loaded = load(URL, "app");

        assertThat(loaded.problems()).isEmpty();
        assertThat(credentials(loaded)).isEqualTo(new Credentials(Optional.of("app"), Optional.of(SECRET)));
    }

    @Test
    void aPasswordFileThatIsNotNamedIsNot() {
        LoadedConfig loaded = Loading.load(
                withEntries("\"store\": { \"url\": \"" + URL + "\", \"user\": \"app\" }"),
                Map.of("PGPASSFILE", file.toString()),
                Map.of("user.home", folder.toString()));

        assertThat(loaded.problems()).isEmpty();
        assertThat(credentials(loaded).password()).isEmpty();
    }

    @Test
    void aTildeIsTheHome() {
        LoadedConfig loaded = Loading.load(
                withEntries("\"store\": { \"url\": \"" + URL + "\", \"passwordFile\": \"~/.pgpass\" }"),
                Map.of(),
                Map.of("user.home", folder.toString(), "user.name", "app"));

        assertThat(loaded.problems()).isEmpty();
        assertThat(credentials(loaded)).isEqualTo(new Credentials(Optional.empty(), Optional.of(SECRET)));
    }

    @Test
    void aPasswordThatWasGivenComesBeforeTheFile() {
        LoadedConfig loaded = Loading.load(
                "{}",
                Map.of("SESSION_TTL_STORE_PASSWORD", "given", "SESSION_TTL_STORE_PASSWORD_FILE", "/none"),
                Map.of("session.ttl.store.url", URL));

        assertThat(credentials(loaded).password()).contains("given");
        assertThat(loaded.problems()).extracting(Problem::what).containsExactly("there is no sessionTtl section");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db/runs,                    db:5432:runs:app",
        "jdbc:postgresql://db:6000/runs,               db:6000:runs:app",
        "jdbc:postgresql://db/,                        db:5432:app:app",
        "jdbc:postgresql:runs,                         localhost:5432:runs:app",
        "jdbc:postgresql:,                             localhost:5432:app:app",
        "jdbc:postgresql:///runs,                      localhost:5432:runs:app",
        "jdbc:postgresql://[::1]:6000/runs,            \\:\\:1:6000:runs:app",
        "jdbc:postgresql://db/a%3Ab?user=x&user=o%40o, db:5432:a\\:b:o@o",
        "'jdbc:postgresql://a:1,db,c/runs?ssl=true',   db:5432:runs:app",
        "jdbc:postgresql://db/100%?user=100%,          db:5432:100%:100%",
    })
    void theLineIsFoundByWhatTheDriverWillConnectTo(String url, String line) throws IOException {
        Files.writeString(file, "x:1:x:x:wrong\n" + line + ":" + SECRET + "\n");

        LoadedConfig loaded = load(url, "app");

        assertThat(loaded.problems()).isEmpty();
        assertThat(credentials(loaded).password()).contains(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw------x", "rwxrwxrwx", "rw--w----"})
    void aFileThatOthersMayUseIsIgnoredWithTheRemedy(String permissions) throws IOException {
        assumeThat(file.getFileSystem().supportedFileAttributeViews()).contains("posix");
        allow(permissions);

        LoadedConfig loaded = load(URL, "app");

        assertThat(credentials(loaded).password()).isEmpty();
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place())
                    .endsWith("sessionTtl.store.passwordFile")
                    .startsWith("agents.json:2:");
            assertThat(problem.what()).contains(file.toString(), permissions, "is ignored, as PostgreSQL ignores it");
            assertThat(problem.remedy()).isEqualTo("chmod 600 " + file + "; meanwhile there is no password");
        });
    }

    @Test
    void aFileThatIsWrongIsReportedWhereItWasNamed() throws IOException {
        assertThat(problemWith(folder.resolve("none"))).contains("does not exist", "create it");
        assertThat(problemWith(folder)).contains("is not a plain file");
        assertThat(problemWith("a\\u0000")).contains("it is no path");
        Files.writeString(file, "db:5432:runs:other:" + SECRET);
        assertThat(problemWith(file))
                .contains("no line of", "is for host db, port 5432, database runs, user app", "* stands for anything");
        Files.writeString(file, "db:5432:runs:app:\n*:*:*:*:" + SECRET);
        assertThat(problemWith(file)).contains("the first line of", "has no password");
        Files.write(file, "*:*:*:*:hunter2ü".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problemWith(file)).contains("is not UTF-8");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThat(problemWith(file)).contains("larger than 1 MiB");
    }

    @Test
    void aDatabaseOfSqliteNeedsNoPassword() {
        LoadedConfig loaded =
                Loading.load(withEntries("\"store\": { \"url\": \"jdbc:sqlite:a.db\", \"passwordFile\": \"/none\" }"));

        assertThat(loaded.problems()).isEmpty();
        assertThat(credentials(loaded).password()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2@db",
                "app:hunter2@db:5432/runs",
                "app/hunter2@db:5432",
                "host=db password=hunter2",
                "postgresql://app:hunter2@db/runs",
                "postgres://app:hunter2?x@db/runs",
                "postgres://app:a@hunter2=x@db/runs",
                "jdbc:postgresql://app:hunter2@db/runs",
                "jdbc:postgresql://app:hunter2@db:5432/runs?ssl=true",
                "jdbc:postgresql://app:?hunter2@db/runs",
                "jdbc:postgresql://app:x@hunter2?x@db/runs",
                "jdbc:postgresql://app:x/hunter2@db/runs",
                "jdbc:postgresql://db:x/runs?password=hunter2",
                "jdbc:postgresql://db/runs?user=app&password=hunter2",
                "jdbc:postgresql:runs?password=hunter2&user=app",
                "jdbc:oracle:thin:app/hunter2@//db:1521/runs",
                "jdbc:sqlserver://db;password=hunter2",
                "jdbc:db2://db:50000/runs:password=hunter2;",
                "jdbc:sqlite::memory:?password=hunter2",
                "jdbc:sqlite:a.db?password=hunter2",
                "jdbc:hunter2@db"
            })
    void noTextShowsAPasswordOfTheUrl(String url) {
        LoadedConfig inFile =
                Loading.load(withEntries("\"store\": { \"url\": \"" + url + "\", \"password\": \"" + SECRET + "\" }"));
        LoadedConfig above = Loading.load(
                "{ \"sessionTtl\": {} }",
                Map.of("SESSION_TTL_STORE_URL", url, "SESSION_TTL_STORE_PASSWORD", SECRET),
                Map.of("session.ttl.store.pasword", SECRET));

        assertThat(inFile.toString()).doesNotContain(SECRET);
        assertThat(above.toString()).doesNotContain(SECRET);
        assertThat(credentials(above).password()).contains(SECRET);
        above.config().store().shownUrl().ifPresent(shown -> assertThat(shown).doesNotContain(SECRET));
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlite:data/o=1;a@b.db,           jdbc:sqlite:data/o=1;a@b.db",
        "jdbc:sqlite:file:a.db?mode=rw,         jdbc:sqlite:file:a.db?…",
        "jdbc:postgresql://db:5432/runs,        jdbc:postgresql://db:5432/runs",
        "jdbc:postgresql://db/runs?user=app,    jdbc:postgresql://db/runs?…",
        "jdbc:postgresql://db/runs?user=a@b,    jdbc:postgresql:…",
    })
    void theRestOfTheUrlIsShown(String url, String shown) {
        LoadedConfig loaded = Loading.load("{}", Map.of("SESSION_TTL_STORE_URL", url), Map.of());

        assertThat(loaded.config().store().shownUrl()).contains(shown);
        assertThat(loaded.config().toString()).contains("url=" + shown + ", ");
    }

    @Test
    void aPasswordInTheUrlLeavesItWorking() {
        String url = URL + "?password=" + SECRET;

        assertThat(Loading.load("{}", Map.of("SESSION_TTL_STORE_URL", url), Map.of())
                        .config()
                        .store()
                        .url())
                .contains(url);
    }

    private String problemWith(Path passwordFile) {
        return problemWith(passwordFile.toString());
    }

    private String problemWith(String passwordFile) {
        LoadedConfig loaded = load(URL, "app", passwordFile);
        assertThat(credentials(loaded).password()).isEmpty();
        assertThat(loaded.toString()).doesNotContain(SECRET);
        assertThat(loaded.problems())
                .singleElement()
                .extracting(Problem::place)
                .asString()
                .startsWith("agents.json:2:")
                .endsWith("sessionTtl.store.passwordFile");
        return loaded.problems().get(0).toString();
    }

    private LoadedConfig load(String url, String user) {
        return load(url, user, file.toString());
    }

    private static LoadedConfig load(String url, String user, String passwordFile) {
        return Loading.load(withEntries("\"store\": { \"url\": \"" + url + "\", \"user\": \"" + user
                + "\", \"passwordFile\": \"" + passwordFile + "\" }"));
    }

    private void allow(String permissions) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
    }

    private static Credentials credentials(LoadedConfig loaded) {
        return loaded.config().store().credentials();
    }
}
