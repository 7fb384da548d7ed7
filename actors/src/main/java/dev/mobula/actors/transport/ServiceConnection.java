package dev.mobula.actors.transport;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ReplicaPort;
import dev.mobula.actors.runtime.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The caller's end of a connection to one service process.
public final class ServiceConnection implements ReplicaPort, AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final long QUEUED_BYTES_MAX = 128L << 20;
    private static final int PENDING_MAX = 65_536;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final FrameConnection frames;
    private final Consumer<String> onLost;
    private final Map<Long, Reply> pending = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong();
    private volatile boolean open = true;

    private ServiceConnection(SocketChannel channel, IoLoop loop, Consumer<String> onLost) {
        this.onLost = onLost;
        frames =
                new FrameConnection(
                        channel,
                        loop,
                        new Answers(),
                        ServiceServer.FRAME_BYTES_MAX,
                        QUEUED_BYTES_MAX);
    }

    /// Connects and proves itself.
    ///
    /// @param onLost told once why the connection ended, on the loop's thread
    public static ServiceConnection connect(Endpoint endpoint, IoLoop loop, Consumer<String> onLost)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket()
                    .connect(endpoint.address().toSocketAddress(), (int) CONNECT_LIMIT.toMillis());
            Handshake.asCaller(channel.socket(), endpoint.key(), RANDOM);
            ServiceConnection connection = new ServiceConnection(channel, loop, onLost);
            connection.frames.open();
            return connection;
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public int load() {
        return pending.size();
    }

    @Override
    public void post(int op, byte[] body, Reply reply) {
        post(Frames.CALL, op, ByteBuffer.wrap(body), reply);
    }

    @Override
    public void post(int op, ByteBuffer shipment, Reply reply) {
        post(Frames.SHIPMENT, op, shipment, reply);
    }

    private void post(byte kind, int op, ByteBuffer body, Reply reply) {
        reply.comesFromAfar();
        int length = Frames.REQUEST_HEAD_BYTES + body.remaining();
        if (length > ServiceServer.FRAME_BYTES_MAX || length < 0) {
            reply.fail(
                    Failure.REFUSED,
                    "a body of "
                            + body.remaining()
                            + " bytes, limit "
                            + (ServiceServer.FRAME_BYTES_MAX - Frames.REQUEST_HEAD_BYTES));
            return;
        }
        if (pending.size() >= PENDING_MAX) {
            reply.fail(Failure.OVERLOADED, PENDING_MAX + " calls are under way");
            return;
        }
        long id = nextId.getAndIncrement();
        pending.put(id, reply);
        reply.onEnd((answer, failed) -> pending.remove(id));
        long budgetNanos = reply.deadlineNanos() - System.nanoTime();
        if (!open) {
            reply.fail(Failure.UNAVAILABLE, "the connection is lost");
        } else if (!frames.send(Frames.request(kind, id, op, budgetNanos, body))) {
            reply.fail(Failure.OVERLOADED, "the way to it is full");
        }
    }

    private final class Answers implements FrameConnection.Handler {
        @Override
        public void onFrame(FrameConnection connection, ByteBuffer frame) {
            byte kind = frame.get();
            if (kind != Frames.ANSWER || frame.remaining() <= Long.BYTES) {
                connection.end("a frame of kind " + kind + " where an answer belongs");
                return;
            }
            long id = frame.getLong();
            int outcome = frame.get();
            if (outcome == Frames.SUCCESS) {
                byte[] body = Frames.rest(frame);
                end(id, reply -> reply.complete(body));
            } else {
                Failure failure = Failure.ofWireCode(outcome);
                String why = new String(Frames.rest(frame), StandardCharsets.UTF_8);
                end(id, reply -> reply.completeExceptionally(new CallException(failure, why)));
            }
        }

        /// An answer to a call that was given up is no one's any more.
        private void end(long id, Consumer<Reply> how) {
            Reply reply = pending.remove(id);
            if (reply != null) {
                how.accept(reply);
            }
        }

        @Override
        public void onClosed(FrameConnection connection, String reason) {
            open = false;
            pending.values().forEach(reply -> reply.fail(Failure.UNAVAILABLE, reason));
            onLost.accept(reason);
        }
    }

    @Override
    public void close() {
        frames.close();
    }
}
