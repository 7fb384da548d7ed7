package dev.mobula.actors.transport;

import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Mailbox;
import dev.mobula.actors.runtime.ReplicaPort;
import dev.mobula.actors.runtime.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts one service's mailbox on the network.
public final class ServiceServer implements AutoCloseable {
    /// The longest frame either side takes.
    static final int FRAME_BYTES_MAX = Mailbox.SHIPMENT_BYTES_MAX + Frames.REQUEST_HEAD_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceServer.class);
    private static final int HANDSHAKES_MAX = 64;
    private static final long ANSWER_BYTES_MAX = 256L << 20;
    private static final long ACCEPT_PAUSE_NANOS = 100_000_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final ReplicaPort mailbox;
    private final IoLoop loop;
    private final ServerSocketChannel listener;
    private final Endpoint endpoint;
    private final Semaphore handshakes = new Semaphore(HANDSHAKES_MAX);
    private final Set<FrameConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private ServiceServer(
            String name,
            ReplicaPort mailbox,
            IoLoop loop,
            ServerSocketChannel listener,
            Endpoint endpoint) {
        this.name = name;
        this.mailbox = mailbox;
        this.loop = loop;
        this.listener = listener;
        this.endpoint = endpoint;
    }

    /// Listens on a free port of the given host's interface.
    public static ServiceServer start(String name, ReplicaPort mailbox, IoLoop loop, String host)
            throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
            int port = listener.socket().getLocalPort();
            Endpoint endpoint = new Endpoint(new Address(host, port), Endpoint.freshKey(RANDOM));
            ServiceServer server = new ServiceServer(name, mailbox, loop, listener, endpoint);
            Thread.ofVirtual().name("mobula-accept-" + name).start(server::acceptAll);
            return server;
        } catch (IOException failed) {
            listener.close();
            throw failed;
        }
    }

    /// Where callers connect, and with which key.
    public Endpoint endpoint() {
        return endpoint;
    }

    private void acceptAll() {
        while (!closed) {
            try {
                SocketChannel channel = listener.accept();
                if (handshakes.tryAcquire()) {
                    Thread.ofVirtual().start(() -> admit(channel));
                } else {
                    channel.close();
                }
            } catch (ClosedChannelException stopped) {
                return;
            } catch (IOException failed) {
                LOG.atWarn().setCause(failed).log("service {} could not accept", name);
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            }
        }
    }

    private void admit(SocketChannel channel) {
        try {
            Handshake.asService(channel.socket(), endpoint.key(), RANDOM);
            FrameConnection connection =
                    new FrameConnection(
                            channel, loop, new Requests(), FRAME_BYTES_MAX, ANSWER_BYTES_MAX);
            connections.add(connection);
            connection.open();
            if (closed) {
                connection.close();
            }
        } catch (IOException refused) {
            LOG.debug("service {} refuses a connection: {}", name, refused.getMessage());
            closeQuietly(channel);
        } finally {
            handshakes.release();
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException broken) {
            LOG.debug("a refused connection does not close: {}", broken.getMessage());
        }
    }

    private final class Requests implements FrameConnection.Handler {
        @Override
        public void onFrame(FrameConnection connection, ByteBuffer frame) {
            if (frame.remaining() < Frames.REQUEST_HEAD_BYTES) {
                connection.end("a request of " + frame.remaining() + " bytes");
                return;
            }
            byte kind = frame.get();
            long id = frame.getLong();
            int op = frame.getInt();
            long budgetNanos = frame.getInt() * 1_000L;
            Reply reply = new Reply(name, op, System.nanoTime() + budgetNanos);
            reply.onEnd((answer, failed) -> answer(connection, id, answer, failed));
            switch (kind) {
                case Frames.CALL -> mailbox.post(op, Frames.rest(frame), reply);
                case Frames.SHIPMENT -> mailbox.post(op, shipment(frame), reply);
                default -> connection.end("a frame of kind " + kind + " where a request belongs");
            }
        }

        private static ByteBuffer shipment(ByteBuffer frame) {
            return ByteBuffer.wrap(Frames.rest(frame))
                    .asReadOnlyBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void onClosed(FrameConnection connection, String reason) {
            connections.remove(connection);
        }
    }

    private static void answer(
            FrameConnection connection, long id, byte[] answer, Throwable failed) {
        ByteBuffer frame;
        if (failed == null) {
            frame = Frames.answer(id, answer);
        } else if (failed instanceof CallException typed) {
            frame = Frames.failure(id, typed.failure(), String.valueOf(typed.getMessage()));
        } else {
            frame = Frames.failure(id, Failure.APPLICATION, String.valueOf(failed));
        }
        if (!connection.send(frame)) {
            connection.end("the caller does not read its answers");
        }
    }

    /// Stops listening and ends every connection.
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException failed) {
            LOG.debug("the listener of {} does not close: {}", name, failed.getMessage());
        }
        connections.forEach(FrameConnection::close);
    }
}
