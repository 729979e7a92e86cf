package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TextForm;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.expiry.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A host method that hands out a stored session id.
 *
 * @param place where the config says so; it tells one site from another
 * @param key paths to the values of the key columns; empty where the site decides on exit alone
 * @param sessionId path to the id in what is returned
 * @param likelySessionId where the id probably is in a row that is returned, where no path says so: the accessor that is
 *     named as the column
 */
record ReadSite(String place, List<ValuePath> key, Optional<ValuePath> sessionId, ValuePath likelySessionId)
        implements Site {
    /** Whether the host is to get "absent" without its body being run. */
    boolean isAbsentOnEnter(
            Sessions sessions, Calls calls, Calls.Call call, @Nullable Object self, Object[] arguments) {
        if (key.isEmpty()) {
            return false;
        }
        List<Object> values = valuesOf(key, self, arguments);
        if (values.isEmpty() || calls.hasDecided(this, values)) {
            return false;
        }
        call.decidedSite = place;
        call.decidedKey = values;
        Verdict verdict = sessions.readByKey(values);
        call.isUnsettled = verdict == Verdict.UNSETTLED;
        return verdict == Verdict.ABSENT;
    }

    /** Whether what the host's body returned must not be handed out. */
    boolean isAbsentOnExit(Sessions sessions, Calls.Call call, Object returned) {
        boolean hasDecided = place.equals(call.decidedSite);
        if (hasDecided && call.isUnsettled) {
            return idIn(returned).map(sessions::isVetoed).orElse(true);
        }
        if (sessionId.isPresent()) {
            List<?> decidedKey = hasDecided && call.decidedKey != null ? call.decidedKey : List.of();
            return idIn(returned)
                    .filter(id -> sessions.readOf(id, decidedKey) != Verdict.LEAVE)
                    .isPresent();
        }
        return sessions.anyVetoed()
                && idIn(returned)
                        .filter(id -> sessions.handedOut(id) != Verdict.LEAVE)
                        .isPresent();
    }

    private Optional<String> idIn(Object returned) {
        return sessionId.isPresent()
                ? TextForm.id(sessionId.get().evaluate(returned))
                : TextForm.id(ValuePaths.RETURNED.evaluate(returned))
                        .or(() -> TextForm.id(likelySessionId.evaluate(returned)));
    }

    /** One value a path; empty where any of them has none. */
    static List<Object> valuesOf(List<ValuePath> paths, @Nullable Object self, Object[] arguments) {
        if (paths.size() == 1) {
            Object only = ValuePaths.onEnter(paths.get(0), self, arguments);
            return only == null ? List.of() : List.of(only);
        }
        List<Object> values = new ArrayList<>(paths.size());
        for (ValuePath path : paths) {
            Object value = ValuePaths.onEnter(path, self, arguments);
            if (value == null) {
                return List.of();
            }
            values.add(value);
        }
        return values;
    }
}
