package java.lang;

/** probe */
public abstract class SessionTtlDoor {
    protected SessionTtlDoor() {}

    private static volatile SessionTtlDoor engine;

    protected abstract Object[] onEnter(int site, Object self, Object[] arguments);

    public static Object[] enter(int site, Object self, Object[] arguments) {
        SessionTtlDoor opened = engine;
        return opened == null ? null : opened.onEnter(site, self, arguments);
    }
}
