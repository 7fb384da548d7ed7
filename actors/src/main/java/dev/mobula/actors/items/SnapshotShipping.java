package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.retrieval.frozen.BuildProgress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.zip.CRC32C;

/// Sends an index file to the shard whose items it holds, which then serves it in place of its own.
///
/// The file goes in pieces, each with its checksum, through the cluster's shared buffers. One that was interrupted goes
/// on where it stopped. The shard compares the whole with its checksum, verifies every byte and every link, brings it up
/// to date from its store, and only then uses it: searches and writes go on all the while.
public final class SnapshotShipping {
    private static final int PIECE_BYTES = 16 << 20;
    private static final Duration PIECE_LIMIT = Duration.ofSeconds(60);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final ServiceRef shard;

    public SnapshotShipping(Cluster cluster, ServiceRef shard) {
        this.cluster = cluster;
        this.shard = shard;
    }

    /// Sends the file and returns when the shard serves it.
    public void shipAndInstall(Path file, BuildProgress progress) throws IOException {
        SnapshotInbox.Shipment shipment = send(file, progress);
        ask(
                ItemShardProtocol.INSTALL_SNAPSHOT,
                SnapshotInbox.Shipment.CODEC.encode(shipment),
                INSTALL_LIMIT);
    }

    /// Has the shard forget what came of any file.
    public void giveUp() {
        begin(new SnapshotInbox.Shipment(0, 0));
    }

    /// Sends what the shard does not have yet of the file, which stays in its inbox.
    public void ship(Path file, BuildProgress progress) throws IOException {
        send(file, progress);
    }

    SnapshotInbox.Shipment send(Path file, BuildProgress progress) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            SnapshotInbox.Shipment shipment =
                    new SnapshotInbox.Shipment(in.size(), SnapshotInbox.checksum(file));
            long there = begin(shipment);
            while (there < shipment.bytes()) {
                long before = there;
                there = send(in, shipment, there);
                if (there <= before) {
                    throw new CallException(
                            Failure.UNAVAILABLE,
                            shard.name()
                                    + " had "
                                    + before
                                    + " bytes of "
                                    + file
                                    + " and now has "
                                    + there
                                    + ": someone else ships to it");
                }
                progress.advanced("ship", there, shipment.bytes());
            }
            return shipment;
        }
    }

    private long begin(SnapshotInbox.Shipment shipment) {
        return ItemShardProtocol.number(
                ask(
                        ItemShardProtocol.BEGIN_SNAPSHOT,
                        SnapshotInbox.Shipment.CODEC.encode(shipment),
                        PIECE_LIMIT));
    }

    private long send(FileChannel file, SnapshotInbox.Shipment shipment, long offset)
            throws IOException {
        int length = (int) Math.min(PIECE_BYTES, shipment.bytes() - offset);
        ByteBuffer piece =
                ByteBuffer.allocate(SnapshotInbox.HEAD_BYTES + length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer content = piece.slice(SnapshotInbox.HEAD_BYTES, length);
        for (long at = offset; content.hasRemaining(); ) {
            int read = file.read(content, at);
            if (read < 0) {
                throw new IOException("the file became shorter than " + shipment.bytes());
            }
            at += read;
        }
        CRC32C crc = new CRC32C();
        crc.update(content.flip());
        piece.putLong(shipment.bytes())
                .putInt(shipment.checksum())
                .putLong(offset)
                .putInt((int) crc.getValue())
                .rewind();
        return ItemShardProtocol.number(
                Answers.await(
                        cluster.ship(shard, ItemShardProtocol.SNAPSHOT_PIECE, piece, PIECE_LIMIT)
                                .getFirst()));
    }

    private byte[] ask(int op, byte[] body, Duration limit) {
        return Answers.await(cluster.call(shard, Request.of(op, body).within(limit)));
    }
}
