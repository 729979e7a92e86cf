package com.acme.triage;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The Claude CLI, found on the PATH; a run that fails is an error signal. */
class Claude {
    Mono<String> resume(String session, String prompt) {
        return run(session, "--resume", session, "--", prompt);
    }

    Mono<String> start(String prompt) {
        return Mono.defer(() -> {
            String session = UUID.randomUUID().toString();
            return run(session, "--session-id", session, "--", prompt);
        });
    }

    /** The exit is waited for by no thread. */
    private static Mono<String> run(String session, String... arguments) {
        List<String> command = new ArrayList<>(List.of("claude", "-p"));
        command.addAll(List.of(arguments));
        return Mono.fromCallable(() -> new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start())
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(process -> Mono.fromFuture(process.onExit()))
                .publishOn(Schedulers.boundedElastic())
                .handle((process, sink) -> {
                    if (process.exitValue() == 0) {
                        sink.next(session);
                    } else {
                        sink.error(new ClaudeException("claude exited with " + process.exitValue()));
                    }
                });
    }
}
