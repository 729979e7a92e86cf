package dev.sessionttl.engine.resume;

import java.nio.charset.StandardCharsets;

/** The last bytes of a stream; what a CLI says about its end stands there. Any thread may call. */
final class Tail {
    static final int BYTES = 32 * 1024;

    private final byte[] ring = new byte[BYTES];
    private long written;

    synchronized void add(byte[] bytes, int offset, int length) {
        int kept = Math.min(length, BYTES);
        int from = offset + length - kept;
        written += length - kept;
        int at = (int) (written % BYTES);
        int first = Math.min(kept, BYTES - at);
        System.arraycopy(bytes, from, ring, at, first);
        System.arraycopy(bytes, from + first, ring, 0, kept - first);
        written += kept;
    }

    /** Whole lines only: the rest of one whose beginning is gone could be taken for something else. */
    synchronized String text() {
        if (written <= BYTES) {
            return new String(ring, 0, (int) written, StandardCharsets.UTF_8);
        }
        int at = (int) (written % BYTES);
        byte[] bytes = new byte[BYTES];
        System.arraycopy(ring, at, bytes, 0, BYTES - at);
        System.arraycopy(ring, 0, bytes, BYTES - at, at);
        return withoutFirstLine(new String(bytes, StandardCharsets.UTF_8));
    }

    static String withoutFirstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? "" : text.substring(end + 1);
    }
}
