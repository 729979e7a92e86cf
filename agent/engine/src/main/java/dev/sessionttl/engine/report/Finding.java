package dev.sessionttl.engine.report;

/**
 * What a look at something came upon, good or bad.
 *
 * @param place where, as a person would look for it
 * @param what what is there
 * @param remedy what would be right; empty where nothing is to be done
 */
public record Finding(Grade grade, String place, String what, String remedy) {
    /** From what is as it should be to what has to be put right. */
    public enum Grade {
        OK,
        NOTE,
        WARNING,
        ERROR
    }

    public static Finding ok(String place, String what) {
        return new Finding(Grade.OK, place, what, "");
    }

    public static Finding note(String place, String what) {
        return new Finding(Grade.NOTE, place, what, "");
    }

    public static Finding warning(String place, String what, String remedy) {
        return new Finding(Grade.WARNING, place, what, remedy);
    }

    public static Finding error(String place, String what, String remedy) {
        return new Finding(Grade.ERROR, place, what, remedy);
    }

    public static Finding error(Problem problem) {
        return error(problem.place(), problem.what(), problem.remedy());
    }
}
