package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What people call the column of a session id and the one that tells when it was last used; public orchestrators were looked at. */
final class SessionNames {
    private static final Pattern SURE_ID = Pattern.compile(
            "(?:(?:claude|claude_code|cc|agent|cli|native|codex|gemini|llm|ai|resume|resumable|remote|provider|last)_)*session_?(?:id|uuid)"
                    + "|(?:claude|claude_code|cli|native|codex|gemini)_session(?:_key|_token)?|resume_(?:id|session|session_id|token)");
    private static final Pattern LIKELY_ID =
            Pattern.compile("session|.*_session_?(?:id|uuid)|current_session|session_(?:key|token|ref)");
    private static final Pattern POSSIBLE_ID =
            Pattern.compile("(?:claude_|codex_|agent_|cli_)?(?:conversation|thread|chat)_?(?:id|uuid)");
    /** Sessions of browsers, not of agents. */
    private static final Pattern WEB =
            Pattern.compile("(?i).*(?:http|web|browser|login|auth|spring|jsession|cookie).*");

    private static final List<Pattern> TIMES = List.of(
            Pattern.compile(
                    "(?:date_|ts_)?(?:created|inserted|started|begun|registered).*|created|start_time|timestamp|ts|time"),
            Pattern.compile(
                    "(?:date_)?(?:modified|updated|changed|touched)(?:_.*)?|(?:last_)?(?:update|modified|modification|change)(?:d)?(?:_.*)?|mtime"),
            Pattern.compile("last_(?:message|turn|seen|run|reply|request|dispatch|prompt|contact|ping).*|seen_at"),
            Pattern.compile("(?:last_)?(?:activity|access|accessed)(?:_.*)?"),
            Pattern.compile("(?:last_)?(?:used|active|resumed)(?:_.*)?|session_(?:used|updated|active)(?:_.*)?"));

    private SessionNames() {}

    /** 3: surely that of an agent's session; 0: no. */
    static int idScore(String name) {
        String snake = snake(name);
        if (WEB.matcher(snake).matches()) {
            return 0;
        }
        return SURE_ID.matcher(snake).matches()
                ? 3
                : LIKELY_ID.matcher(snake).matches()
                        ? 2
                        : POSSIBLE_ID.matcher(snake).matches() ? 1 : 0;
    }

    /** 5: when it was last used; 1: when it began, which is no measure of its use; 0: no time at all. */
    static int timeScore(String name) {
        String snake = snake(name);
        for (int i = TIMES.size(); i > 0; i--) {
            if (TIMES.get(i - 1).matcher(snake).matches()) {
                return i;
            }
        }
        return 0;
    }

    static boolean isOfBrowsers(String table) {
        return WEB.matcher(table).matches();
    }

    /** {@code sessionId} and {@code SESSION_ID} are {@code session_id}. */
    static String snake(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    static boolean isSame(String column, String property) {
        return snake(column).replace("_", "").equals(snake(property).replace("_", ""));
    }
}
