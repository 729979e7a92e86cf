package java.lang;

/**
 * The one door between woven host code and the agent. It lies in {@code java.lang} because that is the only package that
 * every loader of every host sees (law 5); the engine extends it and opens it, and until then it lets everything pass.
 *
 * <p>It speaks only in the JDK's own types. A site is a number that the engine gave to a woven method. Woven code has no
 * handler of its own, so what even the engine's handlers met, as where the stack is full, ends here.
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
     * @return an {@code Object[]} of the value to return and the throwable to throw, and the body is skipped for
     *     {@link #instead}; or anything else, null included, and the body runs, and {@link #exit} or {@link #threw} is
     *     handed what was returned here (law 6)
     */
    public static Object enter(int site, Object self, Object[] arguments) {
        SessionTtlDoor opened = engine;
        try {
            return opened == null ? null : opened.entered(site, self, arguments);
        } catch (Throwable beyondTheEngine) {
            return null;
        }
    }

    /**
     * How a method ends whose body is skipped. To woven code it is all one that it does not declare the throwable.
     *
     * @param holder what {@link #enter} returned
     * @return the value in it
     * @throws Throwable the one in it, where there is one
     */
    public static Object instead(Object[] holder) throws Throwable {
        if (holder[1] != null) {
            throw (Throwable) holder[1];
        }
        return holder[0];
    }

    /**
     * A woven method ends well. Never throws.
     *
     * @param entered what {@link #enter} returned
     * @return what the method is to return: the same, or another value of its type
     */
    public static Object exit(Object returned, int site, Object entered) {
        SessionTtlDoor opened = engine;
        try {
            return opened == null ? returned : heldElse(returned, opened.exited(site, entered, returned, null));
        } catch (Throwable beyondTheEngine) {
            return returned;
        }
    }

    /**
     * A woven method ends by a throwable, which goes on to its caller. Never throws.
     *
     * @param entered what {@link #enter} returned
     */
    public static void threw(Throwable thrown, int site, Object entered) {
        SessionTtlDoor opened = engine;
        try {
            if (opened != null) {
                opened.exited(site, entered, null, thrown);
            }
        } catch (Throwable beyondTheEngine) {
            // As if nothing had been said.
        }
    }

    /**
     * A woven constructor has ended well. Never throws.
     *
     * @param self what it made
     */
    public static void built(int site, Object self, Object[] arguments) {
        SessionTtlDoor opened = engine;
        try {
            if (opened != null) {
                opened.made(site, self, arguments);
            }
        } catch (Throwable beyondTheEngine) {
            // As if nothing had been said.
        }
    }

    /**
     * A woven method that is decided by what it returns alone ends well; it is not told of at its beginning. Never throws.
     *
     * @return as of {@link #exit}
     */
    public static Object handOut(Object returned, int site) {
        SessionTtlDoor opened = engine;
        try {
            return opened == null ? returned : heldElse(returned, opened.handedOut(site, returned));
        } catch (Throwable beyondTheEngine) {
            return returned;
        }
    }

    /** A woven method begins, of which the engine only wants to know. Never throws. */
    public static void tell(int site, Object self, Object[] arguments) {
        SessionTtlDoor opened = engine;
        try {
            if (opened != null) {
                opened.told(site, self, arguments);
            }
        } catch (Throwable beyondTheEngine) {
            // As if nothing had been said.
        }
    }

    protected abstract Object entered(int site, Object self, Object[] arguments);

    /** @return a holder of the value to return; null leaves the method's own (law 6) */
    protected abstract Object[] exited(int site, Object entered, Object returned, Throwable thrown);

    protected abstract void made(int site, Object self, Object[] arguments);

    /** @return as of {@link #exited} */
    protected abstract Object[] handedOut(int site, Object returned);

    protected abstract void told(int site, Object self, Object[] arguments);

    private static Object heldElse(Object returned, Object[] holder) {
        return holder == null ? returned : holder[0];
    }
}
