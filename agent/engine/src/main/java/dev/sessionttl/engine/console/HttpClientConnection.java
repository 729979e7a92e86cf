package dev.sessionttl.engine.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One client: the head of its request as far as it has come, then what of the answer is yet to be sent. Never blocks. */
final class HttpClientConnection {
    private static final int LONGEST_HEAD = 8_192;

    private final SocketChannel channel;
    private final HttpEndpoint.Pages pages;
    private final long deadlineNanos;
    private final ByteBuffer head = ByteBuffer.allocate(LONGEST_HEAD);
    private @Nullable ByteBuffer answer;
    private boolean answeredWell;
    private boolean draining;

    HttpClientConnection(SocketChannel channel, HttpEndpoint.Pages pages, long deadlineNanos) {
        this.channel = channel;
        this.pages = pages;
        this.deadlineNanos = deadlineNanos;
    }

    SocketChannel channel() {
        return channel;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * Does what can be done at once.
     *
     * @return what is waited for next, as {@link SelectionKey} has it; 0 when all is done
     */
    int proceed() throws IOException {
        if (draining) {
            return drain();
        }
        ByteBuffer toSend = answer;
        if (toSend == null) {
            if (channel.read(head) < 0) {
                return 0;
            }
            String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
            boolean complete = text.contains("\n\r\n") || text.contains("\n\n");
            if (!complete && head.hasRemaining()) {
                return SelectionKey.OP_READ;
            }
            toSend = answerTo(complete ? Request.parse(text) : Request.MALFORMED);
            answer = toSend;
        }
        channel.write(toSend);
        if (toSend.hasRemaining()) {
            return SelectionKey.OP_WRITE;
        }
        return answeredWell ? 0 : beginToDrain();
    }

    private ByteBuffer answerTo(Request request) throws IOException {
        Response response = request.isWellFormed() ? pages.answer(request) : Response.of(400, "bad request\n");
        answeredWell = response.status() == 200;
        return ByteBuffer.wrap(response.inBytes(!request.method().equals("HEAD")));
    }

    /** To close with a body unread would reset the connection, and the client might never see the response. */
    private int beginToDrain() throws IOException {
        channel.shutdownOutput();
        draining = true;
        return drain();
    }

    private int drain() throws IOException {
        head.clear();
        return channel.read(head) < 0 ? 0 : SelectionKey.OP_READ;
    }
}
