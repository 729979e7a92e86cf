package com.acme.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunOptionsTest {
    @Test
    void onlyTheTasksMustBeNamed() {
        assertThat(RunOptions.parse(List.of("--tasks", "queue.tsv")))
                .isEqualTo(new RunOptions(
                        Path.of("queue.tsv"),
                        Path.of("data/orchestrator.db"),
                        4,
                        Path.of("."),
                        Optional.empty(),
                        false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "--tasks", "--tasks q --threads 0", "--tasks q --threads many", "--tasks q --colour red"})
    void whatCannotBeUnderstoodIsSaid(String arguments) {
        List<String> words = arguments.isEmpty() ? List.of() : List.of(arguments.split(" ", -1));

        assertThatThrownBy(() -> RunOptions.parse(words))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--");
    }
}
