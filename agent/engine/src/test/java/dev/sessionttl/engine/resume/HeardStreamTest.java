package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeardStreamTest {
    @Test
    void everyByteReachesTheHostInItsOrderAndTheLastOnesAreHeard() throws IOException {
        byte[] bytes = new byte[1_000_003];
        new Random(7).nextBytes(bytes);
        byte[] end = "\nthe last line\n".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(end, 0, bytes, bytes.length - end.length, end.length);
        HeardStream heard = new HeardStream(new ByteArrayInputStream(bytes));

        assertThat(new BufferedInputStream(heard).readAllBytes()).isEqualTo(bytes);
        assertThat(heard.tail()).endsWith("the last line\n").hasSizeLessThanOrEqualTo(Tail.BYTES);
    }

    @Test
    void aLineWhoseBeginningIsGoneIsNotHeard() {
        Tail tail = new Tail();
        byte[] line = ("x".repeat(Tail.BYTES) + "No conversation found\n").getBytes(StandardCharsets.UTF_8);
        tail.add(line, 0, line.length);
        assertThat(tail.text()).isEmpty();

        byte[] next = "whole\n".getBytes(StandardCharsets.UTF_8);
        tail.add(next, 0, next.length);
        assertThat(tail.text()).isEqualTo("whole\n");
    }

    @Test
    void aTailIsTheSameInHoweverManyPiecesItCame() {
        byte[] bytes = "0123456789\n".repeat(9_000).getBytes(StandardCharsets.UTF_8);
        Tail inOne = new Tail();
        inOne.add(bytes, 0, bytes.length);
        Tail inMany = new Tail();
        for (int at = 0; at < bytes.length; at += 7) {
            inMany.add(bytes, at, Math.min(7, bytes.length - at));
        }
        assertThat(inMany.text()).isEqualTo(inOne.text()).endsWith("0123456789\n");
    }

    @Test
    void whatTheHostNeverReadIsHeardAtTheEndAndStillTheHostsToRead() throws IOException {
        HeardStream heard = new HeardStream(new ByteArrayInputStream("left behind\n".getBytes(StandardCharsets.UTF_8)));

        heard.settle(0);
        heard.settle(0);

        assertThat(heard.tail()).isEqualTo("left behind\n");
        assertThat(heard.available()).isEqualTo(12);
        assertThat(heard.read()).isEqualTo('l');
        assertThat(new String(heard.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("eft behind\n");
        assertThat(heard.read()).isEqualTo(-1);
    }

    @Test
    void aThreadOfTheHostsThatIsReadingIsWaitedForAndNotDisturbed() throws Exception {
        PipedOutputStream process = new PipedOutputStream();
        CountDownLatch isReading = new CountDownLatch(1);
        InputStream pipe = new PipedInputStream(process) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) throws IOException {
                isReading.countDown();
                return super.read(into, offset, length);
            }
        };
        HeardStream heard = new HeardStream(pipe);
        CompletableFuture<String> host = CompletableFuture.supplyAsync(() -> textOf(heard));
        assertThat(isReading.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> settled = CompletableFuture.runAsync(() -> heard.settle(TimeUnit.SECONDS.toNanos(30)));
        process.write("last words\n".getBytes(StandardCharsets.UTF_8));
        process.close();
        settled.get(20, TimeUnit.SECONDS);

        assertThat(heard.tail()).isEqualTo("last words\n");
        assertThat(host.get(10, TimeUnit.SECONDS)).isEqualTo("last words\n");
    }

    private static String textOf(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
