package dev.sessionttl.engine.resume;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process's stream as the host reads it: every byte in its time and order, its last ones remembered. Any thread may call.
 */
final class HeardStream extends InputStream implements Heard {
    private final InputStream in;
    private final Tail tail = new Tail();
    private final CountDownLatch over = new CountDownLatch(1);

    /** Not a monitor: a virtual thread of the host's must not be pinned while it waits for the CLI. */
    private final ReentrantLock reading = new ReentrantLock();

    /** What was taken at the process's end and the host has not read yet. */
    private byte[] ahead = new byte[0];

    private int aheadFrom;

    HeardStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        reading.lock();
        try {
            if (aheadFrom < ahead.length) {
                int count = Math.min(length, ahead.length - aheadFrom);
                System.arraycopy(ahead, aheadFrom, into, offset, count);
                aheadFrom += count;
                return count;
            }
            return heard(into, offset, in.read(into, offset, length));
        } catch (IOException failure) {
            over.countDown();
            throw failure;
        } finally {
            reading.unlock();
        }
    }

    private int heard(byte[] bytes, int offset, int count) {
        if (count > 0) {
            tail.add(bytes, offset, count);
        } else if (count < 0) {
            over.countDown();
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        reading.lock();
        try {
            return ahead.length - aheadFrom + in.available();
        } finally {
            reading.unlock();
        }
    }

    /** Without the lock, as the JDK's own: a thread that is reading must not keep another from closing. */
    @Override
    public void close() throws IOException {
        over.countDown();
        in.close();
    }

    @Override
    public String tail() {
        return tail.text();
    }

    @Override
    public void settle(long nanos) {
        try {
            if (reading.tryLock()) {
                try {
                    readAhead();
                } finally {
                    reading.unlock();
                }
            } else {
                boolean unused = over.await(nanos, TimeUnit.NANOSECONDS);
            }
        } catch (IOException closedByTheHost) {
            over.countDown();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void readAhead() throws IOException {
        while (ahead.length - aheadFrom < Tail.BYTES) {
            int count = Math.min(in.available(), Tail.BYTES);
            byte[] more = new byte[Math.max(count, 0)];
            int read = count <= 0 ? 0 : heard(more, 0, in.read(more, 0, count));
            if (read <= 0) {
                return;
            }
            byte[] all = new byte[ahead.length - aheadFrom + read];
            System.arraycopy(ahead, aheadFrom, all, 0, ahead.length - aheadFrom);
            System.arraycopy(more, 0, all, ahead.length - aheadFrom, read);
            ahead = all;
            aheadFrom = 0;
        }
    }
}
