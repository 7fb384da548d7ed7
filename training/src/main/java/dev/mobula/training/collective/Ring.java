package dev.mobula.training.collective;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.kernels.StepKernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/*
 * Each worker has a connection to the next one and one from the one before. A vector is cut into as many parts as there
 * are workers; each part goes once around the ring gathering the workers' numbers, and once more as a sum, so every
 * connection carries 2 (n-1)/n of the vector and all are busy at once. A part is summed in the order of the ring,
 * starting behind its owner, whatever the timing.
 *
 * Both connections are written and read by the worker's own thread, without blocking: what arrives is added while the
 * rest is still on its way.
 */
/// Workers in a ring of direct connections.
public final class Ring implements Collective {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int SOCKET_BYTES = 4 << 20;

    private final int rank;
    private final int size;
    private final SocketChannel next;
    private final SocketChannel previous;
    private final Selector selector;
    private final SelectionKey toWrite;
    private final SelectionKey toRead;
    private final long patienceMillis;
    private final StepKernels kernels = StepKernels.ofThisMachine();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment piece = arena.allocate(PIECE_BYTES, 64);
    private final ByteBuffer pieceBuffer = piece.asByteBuffer();

    private Ring(int rank, int size, SocketChannel next, SocketChannel previous, Duration patience)
            throws IOException {
        this.rank = rank;
        this.size = size;
        this.next = next;
        this.previous = previous;
        this.patienceMillis = patience.toMillis();
        this.selector = Selector.open();
        next.configureBlocking(false);
        previous.configureBlocking(false);
        this.toWrite = next.register(selector, 0);
        this.toRead = previous.register(selector, 0);
    }

    /// Takes over two connections that know whom they lead to.
    ///
    /// @param next to the worker of rank + 1, `previous` from the one of rank - 1, both modulo `size`
    /// @param patience for the others at one operation
    public static Ring of(
            int rank, int size, SocketChannel next, SocketChannel previous, Duration patience)
            throws IOException {
        for (SocketChannel channel : new SocketChannel[] {next, previous}) {
            channel.socket().setTcpNoDelay(true);
            channel.socket().setSendBufferSize(SOCKET_BYTES);
            channel.socket().setReceiveBufferSize(SOCKET_BYTES);
        }
        return new Ring(rank, size, next, previous, patience);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    private int around(int worker) {
        return Math.floorMod(worker, size);
    }

    @Override
    public void allReduce(MemorySegment values, long floats) {
        for (int turn = 0; turn < size - 1; turn++) {
            MemorySegment out = part(values, floats, around(rank - turn));
            MemorySegment in = part(values, floats, around(rank - turn - 1));
            exchange(out, in, true);
        }
        for (int turn = 0; turn < size - 1; turn++) {
            MemorySegment out = part(values, floats, around(rank + 1 - turn));
            MemorySegment in = part(values, floats, around(rank - turn));
            exchange(out, in, false);
        }
    }

    private MemorySegment part(MemorySegment values, long floats, int worker) {
        long from = floats * worker / size;
        long to = floats * (worker + 1) / size;
        return values.asSlice(from * Float.BYTES, (to - from) * Float.BYTES);
    }

    @Override
    public void allGather(MemorySegment mine, MemorySegment all) {
        long bytes = mine.byteSize();
        all.asSlice(rank * bytes, bytes).copyFrom(mine);
        for (int turn = 0; turn < size - 1; turn++) {
            MemorySegment out = all.asSlice(around(rank - turn) * bytes, bytes);
            MemorySegment in = all.asSlice(around(rank - turn - 1) * bytes, bytes);
            exchange(out, in, false);
        }
    }

    @Override
    public void reduceScatter(MemorySegment all, MemorySegment mine) {
        long bytes = mine.byteSize();
        for (int turn = 0; turn < size - 1; turn++) {
            MemorySegment out = all.asSlice(around(rank - turn - 1) * bytes, bytes);
            MemorySegment in = all.asSlice(around(rank - turn - 2) * bytes, bytes);
            exchange(out, in, true);
        }
        mine.copyFrom(all.asSlice(rank * bytes, bytes));
    }

    /// Sends one part to the next worker while another comes from the one before, to be added or to be kept.
    private void exchange(MemorySegment out, MemorySegment in, boolean adds) {
        try {
            ByteBuffer sending = out.asByteBuffer();
            ByteBuffer keeping = in.asByteBuffer();
            long added = 0;
            pieceBuffer.clear();
            long idleSince = 0;
            while (sending.hasRemaining()
                    || (adds ? added < in.byteSize() : keeping.hasRemaining())) {
                int written = sending.hasRemaining() ? next.write(sending) : 0;
                int read;
                if (adds) {
                    long left = in.byteSize() - added - pieceBuffer.position();
                    pieceBuffer.limit((int) Math.min(PIECE_BYTES, pieceBuffer.position() + left));
                    read = pieceBuffer.hasRemaining() ? previous.read(pieceBuffer) : 0;
                    added += addWhole(in, added);
                } else {
                    read = keeping.hasRemaining() ? previous.read(keeping) : 0;
                }
                if (read < 0) {
                    throw lost("worker " + around(rank - 1) + " is gone", null);
                }
                boolean isReading = adds ? added < in.byteSize() : keeping.hasRemaining();
                idleSince =
                        written + read > 0
                                ? 0
                                : await(sending.hasRemaining(), isReading, idleSince);
            }
        } catch (IOException | ClosedSelectorException failed) {
            throw lost(String.valueOf(failed.getMessage()), failed);
        }
    }

    /// Adds the whole floats that have arrived, and keeps the bytes behind them.
    private long addWhole(MemorySegment into, long at) {
        int bytes = pieceBuffer.position() / Float.BYTES * Float.BYTES;
        if (bytes == 0) {
            return 0;
        }
        kernels.add(piece, 0, into, at / Float.BYTES, bytes / Float.BYTES);
        pieceBuffer.limit(pieceBuffer.position()).position(bytes);
        pieceBuffer.compact();
        return bytes;
    }

    private long await(boolean isWriting, boolean isReading, long idleSince) throws IOException {
        long now = System.nanoTime();
        long since = idleSince == 0 ? now : idleSince;
        if (now - since > patienceMillis * 1_000_000) {
            throw lost("nothing came for " + patienceMillis + " ms", null);
        }
        toWrite.interestOps(isWriting ? SelectionKey.OP_WRITE : 0);
        toRead.interestOps(isReading ? SelectionKey.OP_READ : 0);
        selector.selectedKeys().clear();
        selector.select(Math.min(1_000, patienceMillis));
        return since;
    }

    private TrainingException lost(String what, @Nullable Exception cause) {
        String message = "worker %d of %d: %s".formatted(rank, size, what);
        return cause == null
                ? new TrainingException(Code.LOST, message)
                : new TrainingException(Code.LOST, message, cause);
    }

    @Override
    public void abort() {
        close();
    }

    @Override
    public void close() {
        try {
            next.close();
            previous.close();
            selector.close();
        } catch (IOException ignored) {
            // the connections are of no further use, closed or not
        }
    }
}
