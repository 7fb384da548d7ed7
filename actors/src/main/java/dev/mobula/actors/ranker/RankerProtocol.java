package dev.mobula.actors.ranker;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import java.util.List;
import java.util.Map;

/// The operations of a ranker and their messages.
final class RankerProtocol {
    static final int PUT = 1;
    static final int DELETE = 2;
    static final int SCORE = 3;

    static final byte[] NOTHING = {};

    private RankerProtocol() {}

    /// The numbers a ranker keeps of one item.
    record ItemRow(long id, Map<String, Double> numbers) {}

    static final Codec<List<ItemRow>> ROWS =
            new Codec<>() {
                @Override
                public void write(List<ItemRow> value, MessageWriter out) {
                    out.writeList(
                            value,
                            (writer, row) ->
                                    writer.writeLong(row.id()).writeNumbersByName(row.numbers()));
                }

                @Override
                public List<ItemRow> read(MessageReader in) {
                    return in.readList(
                            reader -> new ItemRow(reader.readLong(), reader.readNumbersByName()));
                }
            };

    static final Codec<Scores> SCORES =
            new Codec<>() {
                @Override
                public void write(Scores value, MessageWriter out) {
                    out.writeString(value.model())
                            .writeStrings(value.heads())
                            .writeLongs(value.ids())
                            .writeFloats(value.values())
                            .writeInt(value.dropped());
                }

                @Override
                public Scores read(MessageReader in) {
                    return new Scores(
                            in.readString(),
                            in.readStrings(),
                            in.readLongs(),
                            in.readFloats(),
                            in.readInt());
                }
            };
}
