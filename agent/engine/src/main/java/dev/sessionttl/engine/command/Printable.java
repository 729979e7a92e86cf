package dev.sessionttl.engine.command;

/** What other programs, databases and jars say, as a terminal may be given it: it must not steer the terminal. */
final class Printable {
    private Printable() {}

    /** In one line. */
    static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** With its line ends. */
    static String lines(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n]]", "?");
    }
}
