package dev.mobula.training.table;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.FileWriting;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongPredicate;

/*
 *   magic (4) | version (4) | width (4) | floats per row (4) | rows (8) | seconds of the last sweep (8) | has sketch (4)
 *   [sketch] | per row, ordered by key: key (8) | step (4) | seconds (4) | floats
 *
 * little-endian. Ordered rows make equal tables equal files.
 */
/// A shard of a table on disk.
final class ShardFile {
    private static final int MAGIC = 0x5442_4F4D;
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 36;
    private static final int BLOCK_BYTES = 1 << 20;

    private ShardFile() {}

    static void write(TableShard shard, FileWriting file) throws IOException {
        ByteBuffer head = buffer(HEAD_BYTES + AdmissionSketch.BYTES);
        head.putInt(MAGIC).putInt(VERSION).putInt(shard.spec().width()).putInt(shard.stride());
        head.putLong(shard.size()).putLong(shard.lastSweepSeconds());
        head.putInt(shard.sketch().isPresent() ? 1 : 0);
        shard.sketch().ifPresent(sketch -> sketch.write(head));
        file.write(head.flip());
        long[] keys = shard.keys();
        Arrays.sort(keys);
        ByteBuffer block = buffer(BLOCK_BYTES);
        for (long key : keys) {
            if (block.remaining() < rowBytes(shard)) {
                file.write(block.flip());
                block.clear();
            }
            shard.export(key, block);
        }
        file.write(block.flip());
    }

    private static int rowBytes(TableShard shard) {
        return Long.BYTES + 2 * Integer.BYTES + shard.stride() * Float.BYTES;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Adds the rows of a file whose keys belong to the shard.
    static void read(Path path, TableShard shard, LongPredicate belongs) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer head = fill(channel, buffer(HEAD_BYTES));
            int magic = head.getInt();
            int version = head.getInt();
            int width = head.getInt();
            int stride = head.getInt();
            long rows = head.getLong();
            if (magic != MAGIC
                    || version != VERSION
                    || width != shard.spec().width()
                    || stride != shard.stride()) {
                throw new TrainingException(
                        Code.CORRUPT,
                        "%s: magic %x, version %d, width %d, %d floats per row; table '%s' has width %d, %d floats"
                                .formatted(
                                        path,
                                        magic,
                                        version,
                                        width,
                                        stride,
                                        shard.spec().name(),
                                        shard.spec().width(),
                                        shard.stride()));
            }
            shard.setLastSweepSeconds(head.getLong());
            if (head.getInt() == 1) {
                ByteBuffer counts = fill(channel, buffer(AdmissionSketch.BYTES));
                shard.sketch().ifPresent(sketch -> sketch.add(counts));
            }
            rows(channel, rows, shard, belongs);
        } catch (BufferUnderflowException torn) {
            throw new TrainingException(Code.CORRUPT, path + ": ends too early", torn);
        }
    }

    private static void rows(
            FileChannel channel, long rows, TableShard shard, LongPredicate belongs)
            throws IOException {
        int rowBytes = rowBytes(shard);
        int perBlock = Math.max(1, BLOCK_BYTES / rowBytes);
        for (long row = 0; row < rows; row += perBlock) {
            int count = (int) Math.min(perBlock, rows - row);
            ByteBuffer block = fill(channel, buffer(count * rowBytes));
            for (int i = 0; i < count; i++) {
                block.position(i * rowBytes);
                if (belongs.test(block.getLong(block.position()))) {
                    shard.restore(block);
                }
            }
        }
    }

    private static ByteBuffer fill(FileChannel channel, ByteBuffer into) throws IOException {
        while (into.hasRemaining() && channel.read(into) >= 0) {
            // reads on until the buffer is full or the file is over
        }
        return into.flip();
    }
}
