package dev.sessionttl.engine.resume;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells a refused resume from every other text. Immutable; any thread may call. */
public final class RefusalText {
    /**
     * What the Claude CLI and its kin print: {@code No conversation found with session ID: <id>}, with {@code or name} in
     * Kode's, and {@code --resume requires a valid session ID … is not a UUID and does not match any session title}.
     */
    private static final Pattern CLAUDE = Pattern.compile(
            "no conversation found(?:\\s+with\\s+session\\s+ID(?:\\s+or\\s+name)?:?\\s*[\"']?(?<id>[\\w.-]*[\\w-]))?"
                    + "|--resume requires a valid session ID"
                    + "|(?<!no )conversation not found",
            Pattern.CASE_INSENSITIVE);

    /** Beside Claude's, what Codex, Gemini and OpenCode print. */
    private static final Pattern ANY_CLI = Pattern.compile(
            CLAUDE.pattern()
                    + "|no rollout found for thread id"
                    + "|no saved session found with id"
                    + "|invalid session identifier"
                    + "|no previous sessions found for this project"
                    + "|error: session not found",
            Pattern.CASE_INSENSITIVE);

    private static final RefusalText OF_ANY_CLI = new RefusalText(ANY_CLI, false);

    private static final Pattern JSON = Pattern.compile("\\{\\s*\"");
    private static final String ID = "id";

    private final Pattern pattern;
    private final boolean hasId;
    private final boolean readsStreamJson;

    private RefusalText(Pattern pattern, boolean readsStreamJson) {
        this.pattern = pattern;
        this.hasId = pattern.pattern().contains("(?<" + ID + ">");
        this.readsStreamJson = readsStreamJson;
    }

    /**
     * The Claude CLI's refusals. In a line of its {@code stream-json} only the errors of a failed result count: what the
     * model says in an answer is never a refusal.
     */
    public static RefusalText ofClaude() {
        return new RefusalText(CLAUDE, true);
    }

    /** For what is known to be a CLI's own words: the refusals of every CLI. */
    static RefusalText ofAnyCli() {
        return OF_ANY_CLI;
    }

    boolean isAtTheBeginningOf(String line) {
        return pattern.matcher(line).lookingAt();
    }

    /** Whatever this pattern finds anywhere in the text; a group named {@code id} tells the id. */
    public static RefusalText matching(Pattern pattern) {
        return new RefusalText(pattern, false);
    }

    public Optional<Refusal> in(String text) {
        if (!readsStreamJson || text.indexOf('{') < 0) {
            return find(text);
        }
        for (String line : text.split("\\R", -1)) {
            Matcher json = JSON.matcher(line);
            Optional<Refusal> found = !json.find()
                    ? find(line)
                    : find(line.substring(0, json.start()))
                            .or(() -> find(StreamJson.read(line.substring(json.start()))
                                    .map(StreamJson::refusalErrors)
                                    .orElse(line)));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> find(String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String id = hasId ? matcher.group(ID) : null;
        return Optional.of(new Refusal(Optional.ofNullable(id).filter(found -> !found.isBlank())));
    }
}
