package dev.mobula.actors.candidates;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import java.util.List;

/// Something a person did that sources learn from.
public record Signal(long person, long item, Kind kind, float weight, long timeMillis) {
    static final Codec<List<Signal>> LIST =
            new Codec<>() {
                @Override
                public void write(List<Signal> value, MessageWriter out) {
                    out.writeList(
                            value,
                            (writer, signal) ->
                                    writer.writeByte(signal.kind() == Kind.HAD ? 1 : 0)
                                            .writeLong(signal.person())
                                            .writeLong(signal.item())
                                            .writeFloat(signal.weight())
                                            .writeLong(signal.timeMillis()));
                }

                @Override
                public List<Signal> read(MessageReader in) {
                    return in.readList(
                            reader -> {
                                Kind kind = reader.readBoolean() ? Kind.HAD : Kind.SHOWN;
                                return new Signal(
                                        reader.readLong(),
                                        reader.readLong(),
                                        kind,
                                        reader.readFloat(),
                                        reader.readLong());
                            });
                }
            };

    /// What happened between the person and the item.
    public enum Kind {
        /// It was shown: one of a fresh item's exposures.
        SHOWN,
        /// The person took to it: it counts for what trends, and for what goes together.
        HAD
    }

    public Signal {
        if (!(weight > 0 && weight <= 1_000)) {
            throw new IllegalArgumentException(
                    "weight=" + weight + " of item " + item + " is outside 0..1000");
        }
    }
}
