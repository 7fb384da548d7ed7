package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemCodec;
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
