package dev.sessionttl.engine.store;

/**
 * Whether the host's thread has some stack left. Where it overflows in the middle of our work, what a {@code finally} gives
 * back may overflow as well, and is lost for good.
 */
final class StackRoom {
    /** A hundred bytes each once they are compiled, a few hundred before. */
    private static final int FRAMES = 150;

    private StackRoom() {}

    /** @throws StackOverflowError now, where nothing is in hand yet, instead of later */
    static void check() {
        long unused = deeper(FRAMES, 1, 2, 3, 4, 5, 6);
    }

    /** Its arguments are all needed after the call, so that they lie on the stack meanwhile. */
    private static long deeper(int frames, long a, long b, long c, long d, long e, long f) {
        return frames == 0 ? a : deeper(frames - 1, b, c, d, e, f, a) + a + b * c + d * e + f;
    }
}
