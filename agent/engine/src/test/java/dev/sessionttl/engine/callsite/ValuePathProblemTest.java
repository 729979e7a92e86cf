package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValuePathProblemTest {
    private static final TypeShape STRING = new Fake("String", Map.of(), null, null, false);
    private static final TypeShape ANYTHING = new Fake("Object", Map.of(), null, null, true);
    private static final TypeShape SESSION =
            new Fake("Session", Map.of("sessionId", STRING, "agent", STRING, "extra", ANYTHING), null, null, false);
    private static final TypeShape SESSIONS = new Fake("List<Session>", Map.of(), SESSION, null, false);
    private static final TypeShape MAYBE_SESSION = new Fake("Optional<Session>", Map.of(), null, SESSION, false);
    private static final TypeShape SESSION_LATER =
            new Fake("CompletableFuture<Optional<Session>>", Map.of(), null, MAYBE_SESSION, false);

    @Test
    void aPathThatExistsHasNoProblem() throws SyntaxException {
        assertThat(problem("return", STRING)).isEmpty();
        assertThat(problem("return.sessionId", SESSION)).isEmpty();
        assertThat(problem("return[0].sessionId", SESSIONS)).isEmpty();
    }

    @Test
    void optionalsAndFuturesAreLookedInto() throws SyntaxException {
        assertThat(problem("return.sessionId", MAYBE_SESSION)).isEmpty();
        assertThat(problem("return.sessionId", SESSION_LATER)).isEmpty();
        assertThat(problem("return.get.sessionId", MAYBE_SESSION)).isPresent();
    }

    @Test
    void whereAnythingMayBeNothingIsAProblem() throws SyntaxException {
        assertThat(problem("arg0.what[3].ever", ANYTHING)).isEmpty();
        assertThat(problem("arg0.extra.what[3].ever", SESSION)).isEmpty();
    }

    @Test
    void aTypeThatHoldsItselfIsNotLookedIntoForEver() throws SyntaxException {
        TypeShape endless = new TypeShape() {
            @Override
            public String name() {
                return "Endless";
            }

            @Override
            public boolean isOpen() {
                return false;
            }

            @Override
            public Optional<TypeShape> member(String name) {
                return Optional.empty();
            }

            @Override
            public Optional<TypeShape> element() {
                return Optional.empty();
            }

            @Override
            public Optional<TypeShape> content() {
                return Optional.of(this);
            }

            @Override
            public List<String> memberNames() {
                return List.of();
            }
        };

        assertThat(problem("arg0.id", endless)).contains("arg0.id: at arg0, Endless has no 'id'");
    }

    @Test
    void aMissingNameIsReportedWithTheNearest() throws SyntaxException {
        assertThat(problem("return.sesionId", SESSION_LATER))
                .contains("return.sesionId: at return, Session has no 'sesionId'; did you mean sessionId?");
        assertThat(problem("arg1[2].agents", SESSIONS))
                .contains("arg1[2].agents: at arg1[2], Session has no 'agents'; did you mean agent?");
    }

    @Test
    void aNameLikeNoOtherIsReportedWithThoseThereAre() throws SyntaxException {
        assertThat(problem("return.uuid", SESSION))
                .contains("return.uuid: at return, Session has no 'uuid'; it has agent, extra, sessionId");
        assertThat(problem("return.agent.uuid", SESSION))
                .contains("return.agent.uuid: at return.agent, String has no 'uuid'");
    }

    @Test
    void gettersAreSuggestedAsTheStepsThatReachThem() throws SyntaxException {
        TypeShape bean = new Fake(
                "Bean",
                Map.of("getSessionId", STRING, "isLive", STRING, "issue", STRING, "get", STRING),
                null,
                null,
                false);

        assertThat(problem("this.sesionId", bean)).get().asString().endsWith("did you mean sessionId?");
        assertThat(problem("this.nothing", bean)).get().asString().endsWith("it has get, issue, live, sessionId");
    }

    @Test
    void anIndexIntoWhatHasNoElementsIsReported() throws SyntaxException {
        assertThat(problem("return.agent[0]", SESSION))
                .contains("return.agent[0]: at return.agent, String is neither an array nor a List");
    }

    private static Optional<String> problem(String path, TypeShape declared) throws SyntaxException {
        return ValuePath.parse(path).problemOn(declared);
    }

    private record Fake(
            String name,
            Map<String, TypeShape> members,
            @Nullable TypeShape elementOrNull,
            @Nullable TypeShape contentOrNull,
            boolean isOpen)
            implements TypeShape {
        @Override
        public Optional<TypeShape> member(String member) {
            return Optional.ofNullable(members.get(member));
        }

        @Override
        public Optional<TypeShape> element() {
            return Optional.ofNullable(elementOrNull);
        }

        @Override
        public Optional<TypeShape> content() {
            return Optional.ofNullable(contentOrNull);
        }

        @Override
        public List<String> memberNames() {
            return List.copyOf(members.keySet());
        }
    }
}
