package dev.sessionttl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.fixture.RecordedEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
    @TempDir
    private Path folder;

    private final RecordedEvents events = new RecordedEvents();
    private final List<Long> taken = new ArrayList<>();
    private Path file;
    private Reload reload;
    private long modified = 1_000_000;

    @BeforeEach
    void aFileThatWasRead() throws IOException {
        file = folder.resolve("agents.json");
        write("{ \"MAX_SESSION_AGE_MS\": 1000, \"sessionTtl\": {} }");
        reload = new Reload(
                file,
                () -> Settings.load(file, Access.NONE),
                events,
                settings -> taken.add(settings.config().maxSessionAgeMillis()));
    }

    @Test
    void aFileThatDoesNotChangeIsReadOnce() {
        look();
        look();

        assertThat(reload.current().config().maxSessionAgeMillis()).isEqualTo(1_000);
        assertThat(taken).isEmpty();
    }

    @Test
    void aChangeIsTakenOverOnce() throws Exception {
        write("{ \"MAX_SESSION_AGE_MS\": 2000, \"sessionTtl\": {} }");
        look();
        look();

        assertThat(taken).containsExactly(2_000L);
        assertThat(reload.current().config().maxSessionAgeMillis()).isEqualTo(2_000);
    }

    @Test
    void whatIsStillBeingWrittenIsNotRead() throws Exception {
        write("{ \"MAX_SESSION_AGE_MS\": 20");
        reload.look();
        write("{ \"MAX_SESSION_AGE_MS\": 2000, \"sessionTtl\": {} }");
        reload.look();
        assertThat(taken).isEmpty();

        reload.look();

        assertThat(taken).containsExactly(2_000L);
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void whatIsNoneOfTheAgentsBusinessIsNoChange() throws Exception {
        write("{ \"MAX_SESSION_AGE_MS\": 1000, \"sessionTtl\": {}, \"the host's\": 1 }");
        look();

        assertThat(taken).isEmpty();
    }

    @Test
    void aBrokenEditIsCountedAndWhatWasThereBeforeGoesOnToCount() throws Exception {
        write("{ \"MAX_SESSION_AGE_MS\": 2000, \"sessionTtl\": { \"dryRun\": \"perhaps\" } }");
        look();
        look();

        assertThat(taken).isEmpty();
        assertThat(reload.current().config().maxSessionAgeMillis()).isEqualTo(1_000);
        assertThat(events.lines()).containsExactly("failed open config");
    }

    @Test
    void aPointcutThatCannotBeReadIsABrokenEdit() throws Exception {
        write("{ \"MAX_SESSION_AGE_MS\": 2000, \"sessionTtl\": { \"store\": { \"url\": \"jdbc:sqlite:a.db\" },"
                + " \"reads\": [ { \"at\": \"com.acme.Store#find(\", \"key\": \"arg0\" } ] } }");
        look();

        assertThat(taken).isEmpty();
        assertThat(events.lines()).containsExactly("failed open config");
    }

    @Test
    void onceTheEditIsMendedItIsTakenOver() throws Exception {
        write("{ \"MAX_SESSION_AGE_MS\": 2000, ");
        look();
        write("{ \"MAX_SESSION_AGE_MS\": 2000, \"sessionTtl\": {} }");
        look();

        assertThat(taken).containsExactly(2_000L);
    }

    @Test
    void whatWasWrongFromTheStartKeepsNoChangeOut() throws Exception {
        String wrong = "{ \"MAX_SESSION_AGE_MS\": %d, \"sessionTtl\": { \"dryRn\": true } }";
        write(wrong.formatted(1_000));
        reload = new Reload(
                file,
                () -> Settings.load(file, Access.NONE),
                events,
                settings -> taken.add(settings.config().maxSessionAgeMillis()));

        write(wrong.formatted(3_000));
        look();

        assertThat(taken).containsExactly(3_000L);
    }

    @Test
    void aFileThatIsGoneGoesOnToCountAndIsReadWhenItIsBack() throws Exception {
        Files.delete(file);
        look();
        assertThat(taken).isEmpty();
        assertThat(reload.current().config().maxSessionAgeMillis()).isEqualTo(1_000);

        write("{ \"MAX_SESSION_AGE_MS\": 2000, \"sessionTtl\": {} }");
        look();

        assertThat(taken).containsExactly(2_000L);
    }

    @Test
    void aLinkThatLeadsElsewhereIsAChange() throws Exception {
        Path other = Files.writeString(
                folder.resolve("other"), Files.readString(file).replace("1000", "4000"));
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.delete(file);
        Files.createSymbolicLink(file, other);
        look();

        assertThat(taken).containsExactly(4_000L);
    }

    private void look() {
        reload.look();
        reload.look();
    }

    /** Each a second after the last, as file systems with coarse clocks would have it. */
    private void write(String json) throws IOException {
        Files.writeString(file, json);
        modified += 1_000;
        Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
    }
}
