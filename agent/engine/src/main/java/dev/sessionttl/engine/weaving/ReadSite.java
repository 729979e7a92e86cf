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
 * @param onEnter what is cleared before the body runs, where the body reads the id from a field
 * @param isOfEntity whether the id is one of a JPA entity's: its row may be written by the host in the same transaction, and
 *     is left to it
 * @param isNoted whether a log site may ask which id was handed out last
 * @param absent what the host gets in the place of a stale session
 */
record ReadSite(
        String place,
        List<ValuePath> key,
        Optional<ValuePath> sessionId,
        ValuePath likelySessionId,
        Optional<ClearOnEnter> onEnter,
        boolean isOfEntity,
        boolean isNoted,
        Absent absent)
        implements Site {

    /** Whether nothing is to be done before the body has run. */
    boolean decidesOnExitAlone() {
        return key.isEmpty() && onEnter.isEmpty();
    }

    /** A holder of what the host is to get without its body being run; null where it is run. */
    @Nullable
    Object @Nullable [] entered(
            Sessions sessions, Calls calls, Calls.Call call, @Nullable Object self, @Nullable Object[] arguments) {
        if (onEnter.isPresent() && isStaleAt(onEnter.get().id(), sessions, self, arguments)) {
            onEnter.get().clear(self, arguments);
        }
        return isAbsentOnEnter(sessions, calls, call, self, arguments) ? absent.beforehand() : null;
    }

    private boolean isAbsentOnEnter(
            Sessions sessions, Calls calls, Calls.Call call, @Nullable Object self, @Nullable Object[] arguments) {
        if (key.isEmpty() || (arguments.length == 0 && Callers.areStoringState())) {
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

    private boolean isStaleAt(ValuePath path, Sessions sessions, @Nullable Object self, @Nullable Object[] arguments) {
        return isStale(sessions, ValuePaths.onEnter(path, self, arguments), List.of());
    }

    /**
     * A holder of what is to be handed out instead of what the host's body returned; null where that stands.
     *
     * @param decidedKey what this site has decided on already, on entry of the same call
     * @param isUnsettled whether that was to be settled by the host's own answer
     */
    @Nullable
    Object @Nullable [] exited(Sessions sessions, List<?> decidedKey, boolean isUnsettled, Object returned) {
        if (isUnsettled) {
            return idIn(returned).map(sessions::isVetoed).orElse(true) ? absent.inPlaceOf(returned) : null;
        }
        if (sessionId.isEmpty()) {
            return isHandedOutOfACache(sessions, returned) ? absent.inPlaceOf(returned) : null;
        }
        ValuePath path = sessionId.get();
        Optional<Object> decided = Later.decided(
                returned,
                absent,
                value -> Calls.ofThisThread()
                        .atWork(sessions, () -> isStale(sessions, path.evaluate(value), decidedKey)));
        if (decided.isPresent()) {
            return Absent.holding(decided.get());
        }
        Object id = path.evaluate(returned);
        boolean isStale = id != null
                && !isKnownLive(sessions, id)
                && !Callers.areStoringState()
                && isStale(sessions, id, decidedKey);
        return isStale ? absent.inPlaceOf(returned) : null;
    }

    /**
     * Remembers what this thread's turn has read. What arrives later may do so beside other turns, so that its id is none.
     *
     * @param handedOut what the host gets; null where that is no session
     */
    void note(@Nullable Object handedOut) {
        if (isNoted) {
            Optional<String> id =
                    handedOut == null || Later.isWatchable(handedOut) ? Optional.empty() : idIn(handedOut);
            Calls.ofThisThread().lastRead().handedOut(id.orElse(null), System.nanoTime());
        }
    }

    private boolean isHandedOutOfACache(Sessions sessions, Object returned) {
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

    private boolean isStale(Sessions sessions, @Nullable Object id, List<?> decidedKey) {
        if (id == null || isKnownLive(sessions, id)) {
            return false;
        }
        Optional<String> text = TextForm.id(id);
        if (text.isEmpty()) {
            return false;
        }
        Verdict verdict = isOfEntity ? sessions.readOfEntity(text.get()) : sessions.readOf(text.get(), decidedKey);
        return verdict != Verdict.LEAVE;
    }

    private static boolean isKnownLive(Sessions sessions, Object id) {
        return id instanceof String text && sessions.wasJustLetPass(text);
    }

    /** One value a path; empty where any of them has none. */
    static List<Object> valuesOf(List<ValuePath> paths, @Nullable Object self, @Nullable Object[] arguments) {
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
