package dev.mobula.actors.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One socket that carries length-prefixed frames both ways, with bounded memory.
final class FrameConnection implements AutoCloseable {
    /*
     * Writing. A sender queues its frame and then tries to become the writer; the writer drains
     * whatever is queued, by anyone, through one buffer into as few system calls as it takes. So a
     * lone frame goes out on its sender's thread at once, and under load frames of many senders
     * share a call, without a thread or a timer in between. When the socket is full the rest waits
     * for the loop; the queue is bounded in bytes and a frame over the bound is not taken.
     *
     * Reading. The loop reads into one buffer and hands out each complete frame; a frame larger
     * than the buffer is assembled in an array of its own, allocated when its announced length is
     * within the limit.
     */
    /// Receives frames and the end, on the loop's thread.
    interface Handler {
        /// A whole frame, valid during the call.
        void onFrame(FrameConnection connection, ByteBuffer frame);

        /// The connection ended, for the reason given; called once.
        void onClosed(FrameConnection connection, String reason);
    }

    private static final int BUFFER_BYTES = 128 << 10;
    private static final int READS_PER_TURN = 8;

    private final SocketChannel channel;
    private final IoLoop loop;
    private final Handler handler;
    private final int frameBytesMax;
    private final long queuedBytesMax;

    private final ConcurrentLinkedQueue<ByteBuffer> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final ReentrantLock writing = new ReentrantLock();
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    private final AtomicBoolean closed = new AtomicBoolean();

    private final ByteBuffer in =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable ByteBuffer assembling;
    private volatile @Nullable SelectionKey key;

    FrameConnection(
            SocketChannel channel,
            IoLoop loop,
            Handler handler,
            int frameBytesMax,
            long queuedBytesMax) {
        this.channel = channel;
        this.loop = loop;
        this.handler = handler;
        this.frameBytesMax = frameBytesMax;
        this.queuedBytesMax = queuedBytesMax;
    }

    /// Begins to read; to be called once.
    void open() throws IOException {
        channel.configureBlocking(false);
        loop.register(this);
    }

    void registerWith(Selector selector) {
        try {
            // A sender may have found the socket full before there was a key to wait with.
            key = channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE, this);
        } catch (ClosedChannelException gone) {
            end("closed before it was watched");
        }
    }

    /// Queues one frame; false when the queue is full and nothing was taken.
    boolean send(ByteBuffer frame) {
        int bytes = frame.remaining();
        if (queuedBytes.addAndGet(bytes) > queuedBytesMax) {
            queuedBytes.addAndGet(-bytes);
            return false;
        }
        outbound.add(frame);
        flush();
        return true;
    }

    /// Writes what is queued, unless someone else is doing so.
    void flush() {
        while (hasOutbound() && writing.tryLock()) {
            boolean blocked;
            try {
                blocked = !drain();
            } catch (IOException | CancelledKeyException broken) {
                end("writing failed: " + broken);
                return;
            } finally {
                writing.unlock();
            }
            if (blocked) {
                return;
            }
        }
    }

    /// The socket has room again: writes on, or stops waiting for it.
    void onRoom() {
        flush();
        if (queuedBytes.get() == 0 && writing.tryLock()) {
            try {
                if (queuedBytes.get() == 0) {
                    watchForRoom(false);
                }
            } finally {
                writing.unlock();
            }
            flush();
        }
    }

    private boolean hasOutbound() {
        return queuedBytes.get() > 0 && !closed.get();
    }

    /// False when the socket is full and the loop was asked to go on.
    private boolean drain() throws IOException {
        while (true) {
            if (!out.hasRemaining() && !refill()) {
                watchForRoom(false);
                return true;
            }
            int written = channel.write(out);
            queuedBytes.addAndGet(-written);
            if (out.hasRemaining()) {
                watchForRoom(true);
                return false;
            }
        }
    }

    private boolean refill() {
        out.clear();
        for (ByteBuffer next = outbound.peek();
                next != null && out.hasRemaining();
                next = outbound.peek()) {
            int length = Math.min(next.remaining(), out.remaining());
            out.put(out.position(), next, next.position(), length);
            out.position(out.position() + length);
            next.position(next.position() + length);
            if (!next.hasRemaining()) {
                outbound.remove();
            }
        }
        out.flip();
        return out.hasRemaining();
    }

    private void watchForRoom(boolean wanted) {
        SelectionKey watched = key;
        if (watched == null || !watched.isValid()) {
            return;
        }
        int interest = wanted ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (watched.interestOps() != interest) {
            watched.interestOps(interest);
            if (wanted) {
                watched.selector().wakeup();
            }
        }
    }

    /// Reads what is there and hands out the complete frames.
    void read() {
        try {
            for (int turn = 0; turn < READS_PER_TURN; turn++) {
                int count = fill();
                if (count < 0) {
                    end("the peer closed it");
                    return;
                }
                if (count == 0 || !handOut()) {
                    return;
                }
            }
        } catch (IOException broken) {
            end("reading failed: " + broken.getMessage());
        }
    }

    private int fill() throws IOException {
        ByteBuffer large = assembling;
        if (large == null) {
            return channel.read(in);
        }
        // The JDK reads into an array by way of a direct buffer as large as the room in the array.
        int whole = large.limit();
        large.limit(Math.min(whole, large.position() + BUFFER_BYTES));
        try {
            return channel.read(large);
        } finally {
            large.limit(whole);
        }
    }

    /// False when the connection was ended.
    private boolean handOut() {
        ByteBuffer large = assembling;
        if (large != null) {
            if (!large.hasRemaining()) {
                assembling = null;
                handler.onFrame(this, large.flip());
            }
            return !closed.get();
        }
        in.flip();
        boolean sound = handOutBuffered();
        in.compact();
        return sound;
    }

    private boolean handOutBuffered() {
        while (in.remaining() >= Integer.BYTES) {
            int length = in.getInt(in.position());
            if (length < 1 || length > frameBytesMax) {
                end("a frame of " + length + " bytes, limit " + frameBytesMax);
                return false;
            }
            if (in.remaining() - Integer.BYTES < length) {
                if (length + Integer.BYTES > BUFFER_BYTES) {
                    in.position(in.position() + Integer.BYTES);
                    assembling = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(in);
                }
                return true;
            }
            int end = in.position() + Integer.BYTES + length;
            int limit = in.limit();
            in.position(in.position() + Integer.BYTES).limit(end);
            handler.onFrame(this, in);
            in.limit(limit).position(end);
            if (closed.get()) {
                return false;
            }
        }
        return true;
    }

    /// Ends it because of the given reason.
    void end(String reason) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            reason += "; closing failed: " + alreadyBroken.getMessage();
        }
        handler.onClosed(this, reason);
    }

    @Override
    public void close() {
        end("closed here");
    }
}
