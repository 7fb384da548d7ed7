package dev.mobula.actors.users;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserCodec;
import dev.mobula.retrieval.store.UserWrite;
import java.util.List;

/// The operations of a user shard and their messages.
final class UserShardProtocol {
    static final int WRITE = 1;
    static final int TARGETS = 2;
    static final int COUNTERS = 3;
    static final int CHANGES = 4;
    static final int PAGE = 5;
    static final int RECORD = 6;
    static final int VIEW = 7;
    static final int CHECK = 8;
    static final int SERVED = 9;
    static final int CONFIRM = 10;
    static final int LABELS = 11;

    private UserShardProtocol() {}

    static final Codec<List<UserWrite>> WRITES =
            new Codec<>() {
                @Override
                public void write(List<UserWrite> value, MessageWriter out) {
                    out.writeList(value, UserShardProtocol::writeOne);
                }

                @Override
                public List<UserWrite> read(MessageReader in) {
                    return in.readList(UserShardProtocol::readOne);
                }
            };

    /// A write travels as the record the shard keeps of it.
    private static void writeOne(MessageWriter out, UserWrite write) {
        out.writeBytes(UserCodec.encode(write));
    }

    private static UserWrite readOne(MessageReader in) {
        try {
            return UserCodec.decode(in.readBytes(), "write to a user");
        } catch (RetrievalException damaged) {
            throw new MalformedMessageException(String.valueOf(damaged.getMessage()));
        }
    }

    private static EdgeKind edgeKind(MessageReader in) {
        return EdgeKind.valueOf(in.readString());
    }

    /// Whose edges of which kind.
    @SuppressWarnings("ArrayRecordComponent")
    record Targets(long[] users, EdgeKind kind) {
        static final Codec<Targets> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Targets value, MessageWriter out) {
                        out.writeLongs(value.users()).writeString(value.kind().name());
                    }

                    @Override
                    public Targets read(MessageReader in) {
                        return new Targets(in.readLongs(), edgeKind(in));
                    }
                };
    }

    /// From which edge on.
    record Page(EdgeKind kind, long fromUser, long fromTarget) {
        static final Codec<Page> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Page value, MessageWriter out) {
                        out.writeString(value.kind().name())
                                .writeLong(value.fromUser())
                                .writeLong(value.fromTarget());
                    }

                    @Override
                    public Page read(MessageReader in) {
                        return new Page(edgeKind(in), in.readLong(), in.readLong());
                    }
                };
    }

    /// Whose counters of which names.
    @SuppressWarnings("ArrayRecordComponent")
    record Counters(long[] users, List<String> names) {
        static final Codec<Counters> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Counters value, MessageWriter out) {
                        out.writeLongs(value.users()).writeStrings(value.names());
                    }

                    @Override
                    public Counters read(MessageReader in) {
                        return new Counters(in.readLongs(), in.readStrings());
                    }
                };
    }

    /// One row of numbers for each user asked about, in their order.
    static final Codec<List<long[]>> ROWS =
            new Codec<>() {
                @Override
                public void write(List<long[]> value, MessageWriter out) {
                    out.writeList(value, MessageWriter::writeLongs);
                }

                @Override
                public List<long[]> read(MessageReader in) {
                    return in.readList(MessageReader::readLongs);
                }
            };

    static final Codec<Changes<UserChange>> CHANGE_PAGE =
            new Codec<>() {
                @Override
                public void write(Changes<UserChange> value, MessageWriter out) {
                    switch (value) {
                        case Changes.Page<UserChange>(List<UserChange> changes, long next) ->
                                out.writeBoolean(true)
                                        .writeList(
                                                changes,
                                                (writer, change) ->
                                                        writeOne(
                                                                writer.writeLong(change.position()),
                                                                change.write()))
                                        .writeLong(next);
                        case Changes.Rebuild<UserChange>(long oldest, long newest) ->
                                out.writeBoolean(false).writeLong(oldest).writeLong(newest);
                    }
                }

                @Override
                public Changes<UserChange> read(MessageReader in) {
                    if (in.readBoolean()) {
                        List<UserChange> changes =
                                in.readList(
                                        reader ->
                                                new UserChange(reader.readLong(), readOne(reader)));
                        return new Changes.Page<>(changes, in.readLong());
                    }
                    return new Changes.Rebuild<>(in.readLong(), in.readLong());
                }
            };
}
