package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostMemberTest {
    @Test
    void aFieldIsClearedPrivateAndInheritedOnesToo() throws Exception {
        Runner runner = new Runner();

        member("this.sessionId").clear(runner);
        member("this.inherited").clear(runner);

        assertThat(runner.sessionId).isNull();
        assertThat(runner.inherited).isNull();
        assertThat(runner.turns).isEqualTo(3);
    }

    @Test
    void aMethodIsCalledWhateverItReturns() throws Exception {
        Runner runner = new Runner();

        member("this.reset()").call(runner);
        member("this.count").call(runner);

        assertThat(runner.sessionId).isNull();
        assertThat(runner.turns).isEqualTo(4);
    }

    @Test
    void theOwnerIsWhereThePathLeads() throws Exception {
        HostMember member = member(" arg1.session.id ");

        assertThat(member.owner()).hasToString("arg1.session");
        assertThat(member.name()).isEqualTo("id");
        assertThat(member).hasToString("arg1.session.id");
    }

    @Test
    void aRecordIsCopiedWithoutTheComponent() throws Exception {
        Row row = new Row("a", "id", 7);

        assertThat(member("return.id").copyWithout(row)).isEqualTo(new Row("a", null, 7));
        assertThat(row.id).isEqualTo("id");
    }

    @Test
    void whatCannotBeNullIsToldInWords() {
        Row row = new Row("a", "id", 7);

        assertThatThrownBy(() -> member("return.turns").copyWithout(row)).hasMessageContaining("no component turns");
        assertThatThrownBy(() -> member("return.gone").copyWithout(row)).hasMessageContaining("no component gone");
        assertThatThrownBy(() -> member("return.key").copyWithout(row)).hasMessageContaining("refuses a null key");
        assertThatThrownBy(() -> member("this.turns").clear(new Runner())).hasMessageContaining("is a primitive");
        assertThatThrownBy(() -> member("this.fixed").clear(new Runner())).hasMessageContaining("is final");
        assertThatThrownBy(() -> member("this.gone").clear(new Runner())).hasMessageContaining("has no field gone");
        assertThatThrownBy(() -> member("this.gone()").call(new Runner())).hasMessageContaining("has no method gone()");
        assertThatThrownBy(() -> member("this.fail()").call(new Runner())).hasMessageContaining("fail() threw");
    }

    @ParameterizedTest
    @CsvSource({"this", "this[0]", "this.", "this.a-b", "''", "self.id", "this..id"})
    void whatNamesNoMemberIsRefused(String text) {
        assertThatThrownBy(() -> member(text)).isInstanceOf(SyntaxException.class);
    }

    private static HostMember member(String text) throws SyntaxException {
        return HostMember.parse(text, Access.NONE);
    }

    record Row(String key, @Nullable String id, int turns) {
        Row {
            Objects.requireNonNull(key, "key");
        }
    }

    static class Base {
        @Nullable
        String inherited = "inherited";
    }

    @SuppressWarnings("unused") // found by name
    static final class Runner extends Base {
        private @Nullable String sessionId = "id";
        private final String fixed = Objects.toString(sessionId);
        private int turns = 3;

        private void reset() {
            sessionId = null;
        }

        private int count() {
            return ++turns;
        }

        private void fail() {
            throw new IllegalStateException("broken");
        }
    }
}
