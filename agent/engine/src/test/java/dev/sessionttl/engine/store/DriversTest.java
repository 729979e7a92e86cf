package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.HostLoader;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Law 1: which copy of SQLite may touch the file. */
class DriversTest {
    private final Drivers drivers = new Drivers(false);
    private final HostLoader one = new HostLoader();
    private final HostLoader other = new HostLoader();

    @Test
    void untilTheHostHasADriverItIsTheBundledOne() throws SQLException, StoreException {
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

    /** It opens the file while the loaded classes are gone through. */
    @Test
    void theCopyThatWasSeenToOpenTheFileIsNotForgottenForThoseThatWereInUse() throws SQLException, StoreException {
        Drivers attached = new Drivers(true);
        attached.isNewsThatOpens(one);
        attached.use(one);

        attached.hadUsed(Set.of(one, other));

        assertThat(attached.hostHasOne()).isTrue();
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

    /** What an attached agent finds open, it has not seen open. */
    @Test
    void inAHostThatRunsAlreadyTheBundledOneIsNeverUsed() {
        Drivers attached = new Drivers(true);

        assertThatThrownBy(attached::current)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.ABSENT));
        attached.hadUsed(Set.of());
        assertThatThrownBy(attached::current).isInstanceOf(StoreException.class);
        assertThat(attached.isNewsThatLoaded(one)).isTrue();
    }

    @Test
    void theOneCopyThatAHostHadLoadedIsTakenAndALaterOneIsNot() throws SQLException, StoreException {
        Drivers attached = new Drivers(true);
        attached.hadUsed(Set.of(one));

        assertThat(attached.current()).isNotSameAs(SqliteDriver.BUNDLED);
        assertThat(attached.isNewsThatLoaded(other)).isFalse();
        assertThat(attached.isNewsThatOpens(one)).isFalse();
        assertThat(attached.isNewsThatOpens(other)).isTrue();
    }

    @Test
    void ofTwoCopiesThatAHostHadLoadedNoneIsUsedBeforeOneOpensTheFile() {
        Drivers attached = new Drivers(true);
        attached.hadUsed(Set.of(one, other));

        assertThat(attached.hostHasOne()).isFalse();
        assertThatThrownBy(attached::current).isInstanceOf(StoreException.class);
        assertThat(attached.isNewsThatLoaded(one)).isFalse();
        assertThat(attached.isNewsThatOpens(other)).isTrue();
    }
}
