package dev.sessionttl.engine.resume;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/** A file that a process's stream was redirected to; looked into when the process is over. */
record HeardFile(File file, long from) implements Heard {
    /** A file that the process is about to write, or to append to. */
    static Heard of(File file, boolean appends) {
        return new HeardFile(file, appends ? file.length() : 0);
    }

    @Override
    public String tail() {
        if (!file.isFile()) {
            return "";
        }
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            long start = Math.max(from, in.length() - Tail.BYTES);
            byte[] bytes = new byte[(int) Math.max(0, in.length() - start)];
            in.seek(start);
            in.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return start > from ? Tail.withoutFirstLine(text) : text;
        } catch (IOException gone) {
            return "";
        }
    }
}
