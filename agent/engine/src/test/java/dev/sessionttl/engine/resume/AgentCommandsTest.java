package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCommandsTest {
    private static final String ID = "5b0c7c4e-9d0c-4d8e-8f3a-2f1f0e6a7b11";

    private final AgentCommands commands = new AgentCommands(List.of());

    /** Arguments stand between bars; what is left of the command afterwards, too. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "claude|-p|--resume|ID|--|go on                       > claude|-p|--|go on",
                "claude|-p|--resume=ID|go on                          > claude|-p|go on",
                "claude|-p|-r|ID|go on                                > claude|-p|go on",
                "/usr/local/bin/claude|--resume|ID                    > /usr/local/bin/claude",
                "claude-stand-in.sh|--resume|ID                       > claude-stand-in.sh",
                "C:\\\\bin\\\\claude.cmd|-r|ID                        > C:\\\\bin\\\\claude.cmd",
                "npx|--yes|@anthropic-ai/claude-code@2.1.330|-r|ID    > npx|--yes|@anthropic-ai/claude-code@2.1.330",
                "node|/opt/claude-code/cli.js|--resume|ID             > node|/opt/claude-code/cli.js",
                "docker|exec|-i|box|claude|-p|--resume|ID|hello       > docker|exec|-i|box|claude|-p|hello",
                "env|A=b|timeout|60|claude|--resume|ID                > env|A=b|timeout|60|claude",
                "codex|exec|resume|ID|go on                           > codex|exec|go on",
                "codex|exec|--json|resume|ID|go on                    > codex|exec|--json|go on",
                "gemini|--resume|ID                                   > gemini",
                "opencode|run|--session|ID|go on                      > opencode|run|go on",
                "bash|-c|cd /x && claude -p --resume ID 'go on'       > bash|-c|cd /x && claude -p  'go on'",
                "/bin/bash|-lc|claude --resume=\"ID\" <in            > /bin/bash|-lc|claude  <in",
                "docker|exec|box|sh|-c|exec claude -r 'ID'; echo $?   > docker|exec|box|sh|-c|exec claude ; echo $?",
                "ssh|host|claude -p --resume ID go                    > ssh|host|claude -p  go",
                "cmd.exe|/c|claude --resume ID go                     > cmd.exe|/c|claude  go",
                "script|-qc|claude --resume ID|/dev/null              > script|-qc|claude |/dev/null",
                "bash|-c|cl'aud'e --resu'me' ID go                    > bash|-c|cl'aud'e  go",
                "bash|-c|c\\laude -\\r ID go                          > bash|-c|c\\laude  go",
                "wrapper|--resume|ID|go on                            > wrapper|go on",
                "wrapper|--resume=ID                                  > wrapper",
                "wrapper|-r|ID                                        > wrapper",
                "sh|-c|wrapper -\"r\" ID go                            > sh|-c|wrapper  go",
            })
    void aResumeIsFoundHoweverItIsWritten(String command, String fresh) {
        AgentCommand found = commands.in(split(command)).orElseThrow();

        assertThat(found.resumed()).contains(ID);
        assertThat(found.fresh()).contains(split(fresh));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude|-p|--|--resume|ID",
                "claude|-p|please run claude --resume ID",
                "claude|-p|-c|please run claude --resume ID",
                "claude-code|hello",
                "codex|exec|hello",
                "gemini|hello",
                "kode|hello",
                "opencode|run|hello",
                "claude|--resume",
                "claude|--resume|--verbose",
                "codex|exec|resume|--last",
                "bash|-c|claude --resume \"$SESSION\"",
                "bash|-c|claude -p 'run claude --resume ID'",
                "bash|-c|claude -p go; echo --resume",
            })
    void aRunThatNamesNoSessionIsARunOfItsOwn(String command) {
        assertThat(commands.in(split(command))).contains(AgentCommand.beginning(Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude|-p|--session-id|ID|--|go",
                "claude|-p|--session-id=ID|go",
                "bash|-c|cd /x && claude --session-id 'ID' go",
            })
    void anIdThatTheHostHasChosenForANewSessionIsFound(String command) {
        assertThat(commands.in(split(command))).contains(AgentCommand.beginning(Optional.of(ID)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude|-p|--|--session-id|ID",
                "claude|-p|--session-id",
                "claude|-p|--session-id|--verbose",
                "bash|-c|claude --session-id $SESSION",
                "bash|-c|claude -p go; echo --session-id ID",
            })
    void whatIsNoIdOfANewSessionIsNone(String command) {
        assertThat(commands.in(split(command))).contains(AgentCommand.beginning(Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grep|-r|claude|src",
                "rm|-r|build",
                "python|train.py|--resume|checkpoint.pt",
                "git|log",
                "bash|-c|ls /home/claude/x",
                "echo",
            })
    void whatIsNoAgentIsLeftAlone(String command) {
        assertThat(commands.in(split(command)).flatMap(AgentCommand::resumed)).isEmpty();
    }

    @Test
    void whereTheCliIsKnownAnIdNeedNotLookLikeOne() {
        assertThat(commands.in(List.of("claude", "-r", "my session"))
                        .orElseThrow()
                        .resumed())
                .isEmpty();
        assertThat(commands.in(List.of("claude", "-r", "not-a-uuid"))
                        .orElseThrow()
                        .resumed())
                .contains("not-a-uuid");
    }

    @Test
    void aPatternOfTheConfigFindsWhatNobodyElseKnows() {
        AgentCommands own = new AgentCommands(List.of(Pattern.compile("^agentd attach (?<id>\\S+)")));

        assertThat(own.in(List.of("agentd", "attach", "abc")))
                .contains(new AgentCommand(Optional.of("abc"), Optional.empty(), Optional.empty()));
        assertThat(own.in(List.of("agentd", "detach", "abc"))).isEmpty();
        assertThat(own.in(List.of("claude", "-r", ID)).orElseThrow().resumed()).contains(ID);
    }

    private static List<String> split(String command) {
        return Arrays.asList(command.replace("ID", ID).split("\\|"));
    }
}
