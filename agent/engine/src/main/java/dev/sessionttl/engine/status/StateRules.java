package dev.sessionttl.engine.status;

import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.metrics.Trouble;
import dev.sessionttl.engine.status.Status.Site;
import dev.sessionttl.engine.status.Status.State;
import dev.sessionttl.engine.status.Status.Word;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds the one word for how the agent is doing. Whatever is worst now is what is said; nothing is remembered. */
public final class StateRules {
    /** For so long after the agent failed open the state says so: someone who looks every few minutes sees it. */
    static final Duration TROUBLE_COUNTS = Duration.ofMinutes(5);

    private StateRules() {}

    /**
     * What the state is told by.
     *
     * @param trouble the last time the agent failed open
     * @param tableTrouble why the table could not be counted when that was last tried; empty where it could, or was not
     * @param leftInPeace whether nothing is asked of the database for the moment, because it keeps failing
     * @param oneFile whether the database is a file that one writer locks as a whole
     * @param sites those of the config
     * @param sitesAreDue whether the host has run for long enough that a site without a method tells something
     */
    public record Signs(
            Status.Config config,
            Optional<Trouble> trouble,
            Optional<Kind> tableTrouble,
            boolean leftInPeace,
            boolean oneFile,
            List<Site> sites,
            boolean sitesAreDue) {}

    public static State stateBy(Signs signs) {
        if (!signs.config().enabled()) {
            return state(Word.OFF, "switched off by the config");
        }
        Optional<String> fault = faultOf(signs);
        if (fault.isPresent()) {
            return new State(Word.DEGRADED, fault);
        }
        if (signs.tableTrouble().filter(kind -> kind == Kind.ABSENT).isPresent()) {
            return state(Word.IDLE, "no such table yet");
        }
        long unmatched =
                signs.sites().stream().filter(site -> site.methods() == 0).count();
        if (signs.sitesAreDue() && unmatched > 0) {
            return state(
                    Word.IDLE,
                    signs.sites().size() == 1
                            ? "pointcut matched nothing"
                            : unmatched + " of " + signs.sites().size() + " pointcuts matched nothing");
        }
        return signs.config().dryRun()
                ? state(Word.OK, "dry run: nothing is dropped")
                : new State(Word.OK, Optional.empty());
    }

    private static Optional<String> faultOf(Signs signs) {
        Optional<Trouble> recent =
                signs.trouble().filter(trouble -> trouble.ago().compareTo(TROUBLE_COUNTS) < 0);
        if (recent.isPresent()) {
            return Optional.of(inWords(recent.get(), signs.oneFile()));
        }
        if (signs.leftInPeace()) {
            return Optional.of("database does not answer");
        }
        if (signs.tableTrouble().filter(kind -> kind != Kind.ABSENT).isPresent()) {
            return Optional.of(inWords(signs.tableTrouble().get(), signs.oneFile()));
        }
        int problems = signs.config().problems();
        return problems == 0
                ? Optional.empty()
                : Optional.of(problems == 1 ? "1 problem in the config" : problems + " problems in the config");
    }

    private static String inWords(Trouble trouble, boolean oneFile) {
        if (trouble.kind().isPresent()) {
            return inWords(trouble.kind().get(), oneFile);
        }
        return switch (trouble.operation()) {
            case "config" -> "config cannot be read";
            case "clock" -> "clock leapt forward";
            case "timestamp" -> "last-used value unreadable";
            case "weave" -> "class could not be woven";
            case "sweep" -> "sweep failed or held back";
            case "enter", "exit" -> "read or failure site failed";
            default -> trouble.operation() + " failed";
        };
    }

    private static String inWords(Kind kind, boolean oneFile) {
        return switch (kind) {
            case BUSY -> oneFile ? "database locked" : "database busy or silent";
            case ABSENT -> "no such table";
            case READ_ONLY -> "database read-only";
            case REFUSED -> "rows must not be dropped";
            case CONSTRAINT -> "constraint holds a row";
            case FAILED -> "database failed";
        };
    }

    private static State state(Word word, String reason) {
        return new State(word, Optional.of(reason));
    }
}
