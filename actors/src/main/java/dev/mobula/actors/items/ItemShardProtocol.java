package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemCodec;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.StoreLimits;
import java.util.List;

/// The operations of an item shard and their messages.
final class ItemShardProtocol {
    static final int PUT = 1;
    static final int DELETE = 2;
    static final int SEARCH = 3;
    static final int FIND = 4;
    static final int STATS = 5;
    static final int COMPACT = 6;
    static final int CHANGES = 7;
    static final int SCAN = 8;

    static final byte[] NOTHING = {};

    private static final ItemCodec ITEMS = new ItemCodec(StoreLimits.DEFAULT);

    private ItemShardProtocol() {}

    /// One query of one user.
    record Search(float[] query, int k, int ef) {
        static final Codec<Search> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Search value, MessageWriter out) {
                        out.writeInt(value.k()).writeInt(value.ef()).writeFloats(value.query());
                    }

                    @Override
                    public Search read(MessageReader in) {
                        int k = in.readInt();
                        int ef = in.readInt();
                        return new Search(in.readFloats(), k, ef);
                    }
                };
    }

    static final Codec<Hits> HITS =
            new Codec<>() {
                @Override
                public void write(Hits value, MessageWriter out) {
                    out.writeBoolean(value.complete())
                            .writeLongs(value.ids())
                            .writeFloats(value.scores());
                }

                @Override
                public Hits read(MessageReader in) {
                    boolean complete = in.readBoolean();
                    return new Hits(in.readLongs(), in.readFloats(), complete);
                }
            };

    static final Codec<List<Item>> ITEM_LIST =
            new Codec<>() {
                @Override
                public void write(List<Item> value, MessageWriter out) {
                    out.writeList(
                            value,
                            (writer, item) ->
                                    writer.writeLong(item.id()).writeBytes(ITEMS.encode(item)));
                }

                @Override
                public List<Item> read(MessageReader in) {
                    return in.readList(
                            reader -> ITEMS.decode(reader.readLong(), reader.readBytes()));
                }
            };

    /// Which part of the changes, or of a scan, is asked for: from where, and how much at most.
    record Part(long from, int max) {
        static final Codec<Part> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Part value, MessageWriter out) {
                        out.writeLong(value.from()).writeInt(value.max());
                    }

                    @Override
                    public Part read(MessageReader in) {
                        return new Part(in.readLong(), in.readInt());
                    }
                };
    }

    static final Codec<ItemShards.Changed> CHANGED =
            new Codec<>() {
                @Override
                public void write(ItemShards.Changed value, MessageWriter out) {
                    out.writeLong(value.newest());
                    switch (value.changes()) {
                        case Changes.Page<ItemChange>(List<ItemChange> changes, long next) ->
                                out.writeBoolean(true)
                                        .writeLong(next)
                                        .writeList(changes, ItemShardProtocol::writeChange);
                        case Changes.Rebuild<ItemChange>(long oldest, long newest) ->
                                out.writeBoolean(false).writeLong(oldest).writeLong(newest);
                    }
                }

                @Override
                public ItemShards.Changed read(MessageReader in) {
                    long newest = in.readLong();
                    if (!in.readBoolean()) {
                        return new ItemShards.Changed(
                                new Changes.Rebuild<>(in.readLong(), in.readLong()), newest);
                    }
                    long next = in.readLong();
                    return new ItemShards.Changed(
                            new Changes.Page<>(in.readList(ItemShardProtocol::readChange), next),
                            newest);
                }
            };

    private static void writeChange(MessageWriter out, ItemChange change) {
        out.writeLong(change.position()).writeLong(change.id());
        switch (change) {
            case ItemChange.Stored(long _, Item item) ->
                    out.writeBoolean(true).writeBytes(ITEMS.encode(item));
            case ItemChange.Gone(long _, long _) -> out.writeBoolean(false);
        }
    }

    private static ItemChange readChange(MessageReader in) {
        long position = in.readLong();
        long id = in.readLong();
        return in.readBoolean()
                ? new ItemChange.Stored(position, ITEMS.decode(id, in.readBytes()))
                : new ItemChange.Gone(position, id);
    }

    static final Codec<ItemStore.ScanPage> SCANNED =
            new Codec<>() {
                @Override
                public void write(ItemStore.ScanPage value, MessageWriter out) {
                    out.writeLong(value.position());
                    ITEM_LIST.write(value.items(), out);
                }

                @Override
                public ItemStore.ScanPage read(MessageReader in) {
                    long position = in.readLong();
                    return new ItemStore.ScanPage(ITEM_LIST.read(in), position);
                }
            };

    static byte[] ids(long[] ids) {
        return new MessageWriter().writeLongs(ids).toBytes();
    }

    static long[] ids(byte[] message) {
        MessageReader in = new MessageReader(message);
        long[] ids = in.readLongs();
        in.requireEnd();
        return ids;
    }
}
