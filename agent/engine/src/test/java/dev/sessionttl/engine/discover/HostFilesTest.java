package dev.sessionttl.engine.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.discover.Finding.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layouts of hosts, and files that no one would want to meet. */
class HostFilesTest {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    @TempDir
    Path folder;

    private byte[] host;
    private byte[] library;

    @BeforeEach
    void setUp() throws IOException {
        Path classes =
                Compiled.into(folder.resolve("classes"), Compiled.CLI, Compiled.CLI.replace("com.acme", "org.other"));
        host = Files.readAllBytes(classes.resolve("com/acme/Cli.class"));
        library = Files.readAllBytes(classes.resolve("org/other/Cli.class"));
    }

    @Test
    void ofASpringBootJarTheClassesAreTheHostsAndOfTheNestedJarsThoseInItsPackage() throws IOException {
        byte[] module = zip(Map.of("com/acme/Cli.class", host));
        byte[] other = zip(Map.of("org/other/Cli.class", library));
        Path jar = jar(
                MANIFEST,
                "Main-Class: org.springframework.boot.loader.launch.JarLauncher\nStart-Class: com.acme.Main\n"
                        .getBytes(UTF_8),
                "BOOT-INF/classes/application.properties",
                "spring.datasource.url=jdbc:sqlite:data/a.db".getBytes(UTF_8),
                "BOOT-INF/lib/module.jar",
                module,
                "BOOT-INF/lib/other.jar",
                other);

        assertThat(sitesIn(jar)).containsExactly("com.acme.Cli#resume(String)");
    }

    @Test
    void ofAJarThatLibrariesWerePackedIntoOnlyThePackageOfTheMainClassIsTheHosts() throws IOException {
        Path jar = jar(
                MANIFEST,
                "Main-Class: com.acme.Main\n".getBytes(UTF_8),
                "META-INF/maven/a/a/pom.properties",
                new byte[0],
                "META-INF/maven/b/b/pom.properties",
                new byte[0],
                "com/acme/Cli.class",
                host,
                "org/other/Cli.class",
                library);

        assertThat(sitesIn(jar)).containsExactly("com.acme.Cli#resume(String)");
        assertThat(sites(Discovery.propose(request(List.of("org.other"), HostFiles.Limits.DEFAULT, jar))))
                .containsExactly("org.other.Cli#resume(String)");
    }

    @Test
    void ofAWarAndOfAQuarkusFolderTheApplicationIsTheHosts() throws IOException {
        Path war = jar("WEB-INF/classes/com/acme/Cli.class", host);
        Path quarkus = Files.createDirectories(folder.resolve("quarkus-app"));
        Files.createDirectories(quarkus.resolve("app"));
        Files.createDirectories(quarkus.resolve("lib/main"));
        Files.write(quarkus.resolve("app/app.jar"), zip(Map.of("com/acme/Cli.class", host)));
        Files.write(quarkus.resolve("lib/main/other.jar"), zip(Map.of("org/other/Cli.class", library)));
        Files.write(quarkus.resolve("quarkus-run.jar"), zip(Map.of(MANIFEST, new byte[0])));

        assertThat(sitesIn(war)).containsExactly("com.acme.Cli#resume(String)");
        assertThat(sitesIn(quarkus)).containsExactly("com.acme.Cli#resume(String)");
        assertThat(sitesIn(quarkus.resolve("quarkus-run.jar"))).containsExactly("com.acme.Cli#resume(String)");
    }

    @Test
    void aClassOfANewerJdkIsReadAndABrokenOneIsSaid() throws IOException {
        byte[] newer = host.clone();
        newer[7] = 99;
        byte[] cut = java.util.Arrays.copyOf(library, library.length / 2);
        Path jar = jar("com/acme/Cli.class", newer, "org/other/Cli.class", cut, "x/Empty.class", new byte[0]);

        Proposal proposal = Compiled.proposal(jar);

        assertThat(sites(proposal)).containsExactly("com.acme.Cli#resume(String)");
        assertThat(proposal.notes())
                .anyMatch(note -> note.contains("org/other/Cli.class could not be read"))
                .anyMatch(note -> note.contains("x/Empty.class could not be read"));
    }

    @Test
    void whatIsNotThereOrNoJarIsSaid() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.jar"), "no jar");

        Proposal proposal =
                Discovery.propose(request(List.of(), HostFiles.Limits.DEFAULT, folder.resolve("missing.jar"), text));

        assertThat(proposal.isUseful()).isFalse();
        assertThat(proposal.notes())
                .anyMatch(note -> note.contains("missing.jar could not be read: there is no such file"))
                .anyMatch(note -> note.contains("notes.jar could not be read"));
    }

    @Test
    void aJarThatUnpacksToTooMuchIsLeft() throws IOException {
        byte[] bomb = zip(Map.of("zeros.bin", new byte[40 << 20]));
        Path jar = jar("BOOT-INF/lib/bomb.jar", bomb, "com/acme/Cli.class", host);

        Proposal proposal =
                Discovery.propose(request(List.of(), new HostFiles.Limits(8 << 20, 1_000, 3, 1 << 20), jar));

        assertThat(bomb.length).isLessThan(1 << 20);
        assertThat(proposal.notes()).anyMatch(note -> note.contains("unpacks to more than 8 MB"));
    }

    @Test
    void aLargeFileIsPassedOverAndTheRestRead() throws IOException {
        Path jar = jar("large.sql", new byte[2 << 20], "com/acme/Cli.class", host);

        Proposal proposal =
                Discovery.propose(request(List.of(), new HostFiles.Limits(8 << 20, 1_000, 3, 1 << 20), jar));

        assertThat(proposal.notes())
                .anyMatch(note -> note.contains("large.sql could not be read: it is larger than 1 MB"));
        assertThat(sites(proposal)).containsExactly("com.acme.Cli#resume(String)");
    }

    @Test
    void jarsInJarsAreFollowedThreeDeep() throws IOException {
        byte[] inner = zip(Map.of("com/acme/Deep.class", host));
        byte[] deeper = zip(Map.of("inner.jar", inner));
        Path jar = jar("deeper.jar", zip(Map.of("deeper.jar", deeper)), "com/acme/Cli.class", host);

        assertThat(Compiled.proposal(jar).notes()).anyMatch(note -> note.contains("it is a jar in a jar in a jar"));
    }

    @Test
    void aPasswordInASettingIsNeitherProposedNorShown() throws IOException {
        Path jar = jar(
                "com/acme/Cli.class", host,
                "schema.sql",
                        "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT)".getBytes(UTF_8),
                "application.yml",
                        "a: jdbc:postgresql://me:s3cret@db/x\nb: jdbc:postgresql://db/y?user=me&password=s3cret&ssl=true\n"
                                .getBytes(UTF_8));

        Proposal proposal = Compiled.proposal(jar);

        assertThat(proposal.store("url")).contains("jdbc:postgresql://db/y?ssl=true");
        assertThat(proposal.text() + proposal.json()).doesNotContain("s3cret");
    }

    @Test
    void whatATerminalWouldObeyIsNotPrinted() throws IOException {
        Path jar = jar("x/\u001b[2J.class", new byte[0]);

        assertThat(Compiled.proposal(jar).text()).contains("?[2J").doesNotContain("\u001b");
    }

    private static List<String> sitesIn(Path path) {
        return sites(Compiled.proposal(path));
    }

    private static List<String> sites(Proposal proposal) {
        return proposal.proposed(Kind.FAILURE).stream().map(Finding::place).toList();
    }

    private static Discovery.Request request(List<String> packages, HostFiles.Limits limits, Path... paths) {
        return new Discovery.Request(List.of(paths), packages, Optional.empty(), List.of(), limits);
    }

    /** @param entries names and contents by turns */
    private Path jar(Object... entries) throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            all.put((String) entries[i], (byte[]) entries[i + 1]);
        }
        return Files.write(Files.createTempFile(folder, "host", ".jar"), zip(all));
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return bytes.toByteArray();
    }
}
