package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemCodec;
import dev.mobula.retrieval.store.ItemRecord;
import dev.mobula.retrieval.store.ItemStanding;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.store.Label;
import dev.mobula.retrieval.store.StoreLimits;
import java.util.List;
import java.util.function.Supplier;

/// The operations of an item shard and their messages.
final class ItemShardProtocol {
    static final int WRITE = 1;
    static final int SEARCH = 2;
    static final int WORDS = 3;
    static final int FIND = 4;
    static final int CHANGES = 5;
    static final int SCAN = 6;
    static final int STATS = 7;
    static final int COMPACT = 8;
    static final int TROUBLE = 9;

    static final int PHASE = 20;
    static final int SET_PHASE = 21;
    static final int BEGIN_FILL = 22;
    static final int FILL = 23;
    static final int CATCH_UP = 24;

    static final int BEGIN_SNAPSHOT = 30;
    static final int SNAPSHOT_PIECE = 31;
    static final int INSTALL_SNAPSHOT = 32;

    static final int SPACES = 40;
    static final int INSTALL_SPACE = 41;
    static final int RETIRE_SPACE = 42;
    static final int SPACE_VECTORS = 43;

    static final byte[] NOTHING = {};

    private static final ItemCodec ITEMS = new ItemCodec(StoreLimits.DEFAULT);

    private ItemShardProtocol() {}

    /// One query of one user.
    ///
    /// @param space what is searched; empty for the vectors that items are stored with
    /// @param budgetNanos after this long the search answers with what it has
    @SuppressWarnings("ArrayRecordComponent")
    record Search(String space, float[] query, int k, int ef, long budgetNanos, Filter filter) {
        static final Codec<Search> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Search value, MessageWriter out) {
                        out.writeString(value.space())
                                .writeInt(value.k())
                                .writeInt(value.ef())
                                .writeLong(value.budgetNanos())
                                .writeFloats(value.query());
                        FilterCodec.INSTANCE.write(value.filter(), out);
                    }

                    @Override
                    public Search read(MessageReader in) {
                        String space = in.readString();
                        int k = in.readInt();
                        int ef = in.readInt();
                        long budgetNanos = in.readLong();
                        float[] query = in.readFloats();
                        Filter filter = FilterCodec.INSTANCE.read(in);
                        return new Search(space, query, k, ef, budgetNanos, filter);
                    }
                };
    }

    /// A question in words.
    record Words(String words, int k) {
        static final Codec<Words> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Words value, MessageWriter out) {
                        out.writeString(value.words()).writeInt(value.k());
                    }

                    @Override
                    public Words read(MessageReader in) {
                        return new Words(in.readString(), in.readInt());
                    }
                };
    }

    /// How a new shard starts: what it holds, and whether older shards fill it first.
    record Start(ItemShardSettings settings, boolean filling) {
        static final Codec<Start> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Start value, MessageWriter out) {
                        ItemShardSettings.CODEC.write(value.settings(), out);
                        out.writeBoolean(value.filling());
                    }

                    @Override
                    public Start read(MessageReader in) {
                        return new Start(ItemShardSettings.CODEC.read(in), in.readBoolean());
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
                    Hits hits = new Hits(in.readLongs(), in.readFloats(), complete);
                    if (hits.ids().length != hits.scores().length) {
                        throw new MalformedMessageException(
                                hits.ids().length
                                        + " ids with "
                                        + hits.scores().length
                                        + " scores");
                    }
                    return hits;
                }
            };

    static int encodedBytes(Item item) {
        return ITEMS.encode(item).length;
    }

    private static void writeItem(MessageWriter out, Item item) {
        out.writeLong(item.id()).writeBytes(ITEMS.encode(item));
    }

    private static Item readItem(MessageReader in) {
        return sound(() -> ITEMS.decode(in.readLong(), in.readBytes()));
    }

    /// What a stored record or a value of it refuses is a malformed message.
    private static <T> T sound(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (RetrievalException refused) {
            throw new MalformedMessageException(String.valueOf(refused.getMessage()));
        }
    }

    /// Stored records on their way to whoever reads them as items or as standings.
    static byte[] encode(List<ItemRecord> records) {
        return new MessageWriter()
                .writeList(
                        records,
                        (out, record) -> out.writeLong(record.id()).writeBytes(record.bytes()))
                .toBytes();
    }

    /// Of the items in an answer, whether they may be shown.
    static List<ItemStanding> standings(byte[] answer) {
        MessageReader in = new MessageReader(answer);
        List<ItemStanding> standings =
                in.readList(
                        from ->
                                sound(
                                        () ->
                                                ITEMS.decodeStanding(
                                                        from.readLong(), from.readBytes())));
        in.requireEnd();
        return standings;
    }

    static final Codec<List<Item>> ITEM_LIST =
            new Codec<>() {
                @Override
                public void write(List<Item> value, MessageWriter out) {
                    out.writeList(value, ItemShardProtocol::writeItem);
                }

                @Override
                public List<Item> read(MessageReader in) {
                    return in.readList(ItemShardProtocol::readItem);
                }
            };

    static final Codec<List<ItemWrite>> WRITES =
            new Codec<>() {
                private static final int PUT = 1;
                private static final int DELETE = 2;
                private static final int STATE = 3;
                private static final int LABELS = 4;
                private static final int EMBEDDING = 5;
                private static final int EXPIRE = 6;
                private static final int EDIT = 7;
                private static final int ADD_LABEL = 8;
                private static final int REMOVE_LABEL = 9;

                @Override
                public void write(List<ItemWrite> value, MessageWriter out) {
                    out.writeList(value, this::writeOne);
                }

                private void writeOne(MessageWriter out, ItemWrite write) {
                    switch (write) {
                        case ItemWrite.Put(Item item) -> writeItem(out.writeByte(PUT), item);
                        case ItemWrite.Edit(Item item) -> writeItem(out.writeByte(EDIT), item);
                        case ItemWrite.AddLabel(long id, Label label) ->
                                writeLabel(out.writeByte(ADD_LABEL).writeLong(id), label);
                        case ItemWrite.RemoveLabel(long id, String value, String source) ->
                                out.writeByte(REMOVE_LABEL)
                                        .writeLong(id)
                                        .writeString(value)
                                        .writeString(source);
                        case ItemWrite.Delete(long id) -> out.writeByte(DELETE).writeLong(id);
                        case ItemWrite.SetState(long id, ItemState state) ->
                                out.writeByte(STATE).writeLong(id).writeString(state.name());
                        case ItemWrite.SetLabels(long id, List<Label> labels) ->
                                out.writeByte(LABELS)
                                        .writeLong(id)
                                        .writeList(labels, this::writeLabel);
                        case ItemWrite.ExpireLabels(long id, long nowMillis) ->
                                out.writeByte(EXPIRE).writeLong(id).writeLong(nowMillis);
                        case ItemWrite.SetEmbedding(long id, float[] embedding) ->
                                out.writeByte(EMBEDDING).writeLong(id).writeFloats(embedding);
                    }
                }

                private void writeLabel(MessageWriter out, Label label) {
                    out.writeString(label.value())
                            .writeString(label.source())
                            .writeFloat(label.confidence())
                            .writeLong(label.expiresMillis());
                }

                @Override
                public List<ItemWrite> read(MessageReader in) {
                    return in.readList(this::readOne);
                }

                private ItemWrite readOne(MessageReader in) {
                    int kind = in.readByte();
                    return switch (kind) {
                        case PUT -> new ItemWrite.Put(readItem(in));
                        case EDIT -> new ItemWrite.Edit(readItem(in));
                        case ADD_LABEL -> new ItemWrite.AddLabel(in.readLong(), readLabel(in));
                        case REMOVE_LABEL ->
                                new ItemWrite.RemoveLabel(
                                        in.readLong(), in.readString(), in.readString());
                        case DELETE -> new ItemWrite.Delete(in.readLong());
                        case STATE ->
                                new ItemWrite.SetState(
                                        in.readLong(), ItemState.valueOf(in.readString()));
                        case LABELS ->
                                new ItemWrite.SetLabels(
                                        in.readLong(), in.readList(this::readLabel));
                        case EMBEDDING ->
                                new ItemWrite.SetEmbedding(in.readLong(), in.readFloats());
                        case EXPIRE -> new ItemWrite.ExpireLabels(in.readLong(), in.readLong());
                        default ->
                                throw new MalformedMessageException("no write is of kind " + kind);
                    };
                }

                private Label readLabel(MessageReader in) {
                    return sound(
                            () ->
                                    new Label(
                                            in.readString(),
                                            in.readString(),
                                            in.readFloat(),
                                            in.readLong()));
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

    static final Codec<ShardPages.Changed> CHANGED =
            new Codec<>() {
                @Override
                public void write(ShardPages.Changed value, MessageWriter out) {
                    out.writeLong(value.newest());
                    switch (value.changes()) {
                        case Changes.Page<ItemChange>(List<ItemChange> changes, long next) ->
                                out.writeBoolean(true)
                                        .writeLong(next)
                                        .writeList(changes, this::writeOne);
                        case Changes.Rebuild<ItemChange>(long oldest, long newest) ->
                                out.writeBoolean(false).writeLong(oldest).writeLong(newest);
                    }
                }

                private void writeOne(MessageWriter out, ItemChange change) {
                    out.writeLong(change.position());
                    switch (change) {
                        case ItemChange.Stored(long _, Item item) ->
                                writeItem(out.writeBoolean(true), item);
                        case ItemChange.Gone(long _, long id) ->
                                out.writeBoolean(false).writeLong(id);
                    }
                }

                @Override
                public ShardPages.Changed read(MessageReader in) {
                    long newest = in.readLong();
                    if (!in.readBoolean()) {
                        return new ShardPages.Changed(
                                new Changes.Rebuild<>(in.readLong(), in.readLong()), newest);
                    }
                    long next = in.readLong();
                    return new ShardPages.Changed(
                            new Changes.Page<>(in.readList(this::readOne), next), newest);
                }

                private ItemChange readOne(MessageReader in) {
                    long position = in.readLong();
                    return in.readBoolean()
                            ? new ItemChange.Stored(position, readItem(in))
                            : new ItemChange.Gone(position, in.readLong());
                }
            };

    static final Codec<ItemStore.ScanPage> SCANNED =
            new Codec<>() {
                @Override
                public void write(ItemStore.ScanPage value, MessageWriter out) {
                    out.writeLong(value.position()).writeBoolean(value.last());
                    ITEM_LIST.write(value.items(), out);
                }

                @Override
                public ItemStore.ScanPage read(MessageReader in) {
                    long position = in.readLong();
                    boolean last = in.readBoolean();
                    return new ItemStore.ScanPage(ITEM_LIST.read(in), position, last);
                }
            };

    static byte[] number(long number) {
        return new MessageWriter().writeLong(number).toBytes();
    }

    static long number(byte[] message) {
        MessageReader in = new MessageReader(message);
        long number = in.readLong();
        in.requireEnd();
        return number;
    }

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
