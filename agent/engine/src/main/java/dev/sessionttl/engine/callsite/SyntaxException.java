package dev.sessionttl.engine.callsite;

/** A pointcut or value path that cannot be understood; its message is one line: what is wrong, where, what is right. */
public final class SyntaxException extends Exception {
    private final String what;
    private final String remedy;

    public SyntaxException(String what, String remedy) {
        super(what + "; " + remedy);
        this.what = what;
        this.remedy = remedy;
    }

    /** With the spot shown in the text, as the text is often one of many in a file. */
    static SyntaxException at(String text, int position, String what, String remedy) {
        String marked = text.substring(0, position) + " >>>" + text.substring(position);
        return new SyntaxException(what + " at column " + (position + 1) + " of \"" + marked + "\"", remedy);
    }

    /** What is wrong, and where: the text with {@code >>>} before the spot. */
    public String what() {
        return what;
    }

    /** What would be right. */
    public String remedy() {
        return remedy;
    }
}
