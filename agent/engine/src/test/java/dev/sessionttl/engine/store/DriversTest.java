package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.HostLoader;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Law 1: which copy of SQLite may touch the file. */
class DriversTest {
    private final Drivers drivers = new Drivers();
    private final HostLoader one = new HostLoader();
    private final HostLoader other = new HostLoader();

    @Test
    void untilTheHostHasADriverItIsTheBundledOne() throws SQLException {
        assertThat(drivers.hostHasOne()).isFalse();
        assertThat(drivers.current()).isSameAs(SqliteDriver.BUNDLED);

        drivers.use(one);

        assertThat(drivers.hostHasOne()).isTrue();
        assertThat(drivers.current()).isNotSameAs(SqliteDriver.BUNDLED);
    }

    @Test
    void aDriverThatIsLoadedIsNewsOnce() {
        assertThat(drivers.isNewsThatLoaded(one)).isTrue();
        drivers.use(one);

        assertThat(drivers.isNewsThatLoaded(one)).isFalse();
        assertThat(drivers.isNewsThatOpens(one)).isFalse();
    }

    @Test
    void untilOneHasOpenedTheFileTheLastOneLoadedIsTaken() {
        drivers.use(one);

        assertThat(drivers.isNewsThatLoaded(other)).isTrue();
    }

    @Test
    void aCopyThatIsOnlyLoadedAfterAnotherOneOpenedTheFileIsNoNews() {
        drivers.use(one);
        drivers.isNewsThatOpens(one);

        assertThat(drivers.isNewsThatLoaded(other)).isFalse();
    }

    @Test
    void theCopyThatOpensTheFileIsNewsWhateverWasLoadedBefore() {
        drivers.use(one);
        drivers.isNewsThatOpens(one);

        assertThat(drivers.isNewsThatOpens(other)).isTrue();
        drivers.use(other);
        assertThat(drivers.isNewsThatOpens(other)).isFalse();
        assertThat(drivers.isNewsThatOpens(one)).isTrue();
    }
}
