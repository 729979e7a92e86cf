package kotlin.coroutines.jvm.internal;

/** Stands where Kotlin's own continuations stand in the stack of a function that may be suspended. */
public final class Continuation {
    private Continuation() {}

    public static void resumeWith(Runnable body) {
        body.run();
    }
}
