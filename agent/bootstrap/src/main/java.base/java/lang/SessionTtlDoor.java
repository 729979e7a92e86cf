package java.lang;

/**
 * The one door between woven host code and the agent. It lies in {@code java.lang} because that is the only package that
 * every loader of every host sees (law 5); the engine extends it and opens it, and until then it lets everything pass.
 *
 * <p>It speaks only in the JDK's own types. A site is a number that the engine gave to a woven method.
 */
public abstract class SessionTtlDoor {
    private static volatile SessionTtlDoor engine;

    protected SessionTtlDoor() {}

    /** From now on woven code reaches this engine. */
    protected static void open(SessionTtlDoor opened) {
        engine = opened;
    }

    /**
     * A woven method begins. Never throws.
     *
     * @param self the receiver; null in a static method
     * @return an {@code Object[]} of the value to return and the throwable to throw, and the body is skipped; or anything
     *     else, null included, and the body runs, and {@link #exit} is handed what was returned here
     */
    public static Object enter(int site, Object self, Object[] arguments) {
        SessionTtlDoor opened = engine;
        return opened == null ? null : opened.entered(site, self, arguments);
    }

    /**
     * A woven method ends. Never throws.
     *
     * @param entered what {@link #enter} returned
     * @return an {@code Object[]} of the value to return and the throwable to throw instead of the method's own; null
     *     leaves both as they are (law 6)
     */
    public static Object[] exit(int site, Object entered, Object returned, Throwable thrown) {
        SessionTtlDoor opened = engine;
        return opened == null ? null : opened.exited(site, entered, returned, thrown);
    }

    /**
     * A woven constructor has ended well. Never throws.
     *
     * @param self what it made
     */
    public static void built(int site, Object self, Object[] arguments) {
        SessionTtlDoor opened = engine;
        if (opened != null) {
            opened.made(site, self, arguments);
        }
    }

    /**
     * A woven method that is decided by what it returns alone has ended well; it is not told of at its beginning. Never
     * throws.
     *
     * @return as of {@link #exit}
     */
    public static Object[] handOut(int site, Object returned) {
        SessionTtlDoor opened = engine;
        return opened == null ? null : opened.handedOut(site, returned);
    }

    /** A woven method begins, of which the engine only wants to know. Never throws. */
    public static void tell(int site, Object self, Object[] arguments) {
        SessionTtlDoor opened = engine;
        if (opened != null) {
            opened.told(site, self, arguments);
        }
    }

    protected abstract Object entered(int site, Object self, Object[] arguments);

    protected abstract Object[] exited(int site, Object entered, Object returned, Throwable thrown);

    protected abstract void made(int site, Object self, Object[] arguments);

    protected abstract Object[] handedOut(int site, Object returned);

    protected abstract void told(int site, Object self, Object[] arguments);
}
