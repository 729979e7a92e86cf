package dev.sessionttl.engine.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.discover.Finding.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureSitesTest {
    @TempDir
    Path folder;

    @Test
    void anExceptionThatCarriesWhatTheCliSaidIsAFailure() {
        Proposal proposal = proposal(Compiled.CLI);

        assertThat(Compiled.proposed(proposal, Kind.FAILURE))
                .containsExactly(Map.of("at", "com.acme.Cli#resume(String)", "sessionId", "arg0"));
        assertThat(proposal.config()).contains("\"processes\": {}");
    }

    @Test
    void aResultThatCarriesItIsAFailureWithAText() {
        assertThat(failuresOf("""
                package com.acme;
                import java.util.*;
                class Cli {
                    record Request(String prompt, String sessionId) {}
                    record Result(String answer, String error) {}
                    Result run(Request request) throws Exception {
                        List<String> command = new ArrayList<>(List.of("claude", "-p"));
                        if (request.sessionId() != null) {
                            command.add("--resume");
                            command.add(request.sessionId());
                        }
                        Process process = new ProcessBuilder(command).start();
                        String said = new String(process.getErrorStream().readAllBytes());
                        return new Result("", said);
                    }
                }
                """))
                .containsExactly(Map.of(
                        "at", "com.acme.Cli#run(Cli$Request)", "sessionId", "arg0.sessionId", "text", "return.error"));
    }

    @Test
    void whereTheCommandIsOnlyPutTogetherTheMethodThatRunsItIsTheFailure() {
        assertThat(failuresOf("""
                package com.acme;
                import java.util.*;
                class Cli {
                    private List<String> command(String prompt, String session) {
                        return List.of("sh", "-c", "claude -p '" + prompt + "' --resume " + session);
                    }
                    void goOn(String session, String prompt) throws Exception {
                        run(command(prompt, session));
                    }
                    private void run(List<String> command) throws Exception {
                        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
                        String said = new String(process.getInputStream().readAllBytes());
                        if (process.waitFor() != 0) {
                            throw new Exception(said);
                        }
                    }
                }
                """))
                .containsExactly(Map.of("at", "com.acme.Cli#goOn(String, String)", "sessionId", "arg0"));
    }

    @Test
    void anExceptionWithoutTheClisWordsIsNone() {
        Proposal proposal = proposal("""
                package com.acme;
                class Cli {
                    void resume(String session) throws Exception {
                        Process process = new ProcessBuilder("claude", "--resume", session).start();
                        process.getErrorStream().readAllBytes();
                        if (process.waitFor() != 0) {
                            throw new Exception("claude exited with " + process.exitValue());
                        }
                    }
                }
                """);

        assertThat(Compiled.proposed(proposal, Kind.FAILURE)).isEmpty();
        assertThat(Compiled.proposed(proposal, Kind.PROCESSES)).isNotEmpty();
        assertThat(proposal.text()).contains("the CLI's words leave it neither in an exception nor in a result");
    }

    @Test
    void whereNoProcessIsStartedTheParserOfTheRefusalIsAFailure() {
        Proposal proposal = proposal("""
                package com.acme;
                class Lines {
                    boolean isDead(int exit, String line) {
                        return line.contains("No conversation found with session ID");
                    }
                }
                """);

        assertThat(Compiled.proposed(proposal, Kind.FAILURE))
                .containsExactly(Map.of("at", "com.acme.Lines#isDead(int, String)", "text", "arg1"));
        assertThat(proposal.config()).doesNotContain("processes");
    }

    @Test
    void helpThatNamesTheFlagAndARefusalAreNoResume() {
        Proposal proposal = proposal("""
                package com.acme;
                class Help {
                    String help() { return "usage: tool [--resume ID]  goes on with a session"; }
                    String refusal() { return "Error: --resume requires a valid session ID"; }
                }
                """);

        assertThat(proposal.isUseful()).isFalse();
        assertThat(proposal.text()).contains("nothing that could be proposed");
    }

    @Test
    void aSuspendFunctionIsNamedWithoutItsContinuation() {
        assertThat(failuresOf("""
                        package com.acme;
                        class Cli {
                            Object resume(String session, kotlin.coroutines.Continuation<? super String> next) throws Exception {
                                Process process = new ProcessBuilder("claude", "--resume", session).start();
                                throw new Exception("claude: " + new String(process.getErrorStream().readAllBytes()));
                            }
                        }
                        """, "package kotlin.coroutines;\npublic interface Continuation<T> {}"))
                .containsExactly(Map.of("at", "com.acme.Cli#resume(String, ..)", "sessionId", "arg0"));
    }

    private List<Map<String, Object>> failuresOf(String... sources) {
        return Compiled.proposed(proposal(sources), Kind.FAILURE);
    }

    private Proposal proposal(String... sources) {
        return Compiled.proposal(Compiled.into(folder, sources));
    }
}
