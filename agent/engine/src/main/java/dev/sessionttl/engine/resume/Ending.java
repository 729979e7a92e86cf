package dev.sessionttl.engine.resume;

import java.util.Optional;

/**
 * What a run of a CLI said at its end.
 *
 * @param errors the CLI's own words about what went wrong; nothing of what the model said
 * @param result the last result that it printed as JSON
 */
record Ending(String errors, Optional<StreamJson> result) {
    static Ending of(ProcessRun run) {
        StringBuilder errors =
                new StringBuilder(run.hints()).append(run.err.tail()).append('\n');
        Optional<StreamJson> result = Optional.empty();
        for (String line : (Iterable<String>) run.out.tail().lines()::iterator) {
            Optional<StreamJson> message = StreamJson.read(line);
            if (message.isPresent()) {
                errors.append(message.get().refusalErrors()).append('\n');
                result = message.get().isResult() ? message : result;
            } else if (run.isMerged && RefusalText.ofAnyCli().isAtTheBeginningOf(line)) {
                // The model's words come out there too: only a line that begins as the CLI's does is the CLI's.
                errors.append(line).append('\n');
            }
        }
        return new Ending(errors.toString(), result);
    }

    /** The session that the run says it was. */
    Optional<String> sessionId() {
        return result.map(StreamJson::sessionId).filter(id -> !id.isBlank());
    }

    /** Whether the session was found, and the API did not answer: it is alive. */
    boolean isOfTheApi() {
        return result.filter(StreamJson::isUnansweredRun).isPresent();
    }

    boolean isFailedResult() {
        return result.filter(StreamJson::isFailedResult).isPresent();
    }
}
