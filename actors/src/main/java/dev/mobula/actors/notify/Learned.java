package dev.mobula.actors.notify;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.RetrievalException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What was learned from logs and is, or was, decided by: from which version of the prices on, and why.
///
/// @param version of the prices that it came in force with
/// @param note why, for people
public record Learned(
        long version,
        long atMillis,
        String note,
        Optional<ValueCurves> curves,
        Optional<LearnedRule> rule) {
    /// The most characters of a note.
    public static final int NOTE_MAX = 1_000;

    static final Codec<Learned> CODEC =
            new Codec<>() {
                @Override
                public void write(Learned value, MessageWriter out) {
                    out.writeLong(value.version)
                            .writeLong(value.atMillis)
                            .writeString(value.note)
                            .writeOptional(value.curves, (to, curves) -> curves.write(to))
                            .writeOptional(value.rule, (to, rule) -> rule.write(to));
                }

                @Override
                public Learned read(MessageReader in) {
                    return new Learned(
                            in.readLong(),
                            in.readLong(),
                            in.readString(),
                            in.readOptional(ValueCurves::read),
                            in.readOptional(LearnedRule::read));
                }
            };

    static final Codec<List<Learned>> LIST =
            new Codec<>() {
                @Override
                public void write(List<Learned> value, MessageWriter out) {
                    out.writeInt(value.size());
                    value.forEach(one -> CODEC.write(one, out));
                }

                @Override
                public List<Learned> read(MessageReader in) {
                    List<Learned> all = new ArrayList<>();
                    for (int left = in.readInt(); left > 0; left--) {
                        all.add(CODEC.read(in));
                    }
                    return all;
                }
            };

    public Learned {
        if (note.length() > NOTE_MAX) {
            throw RetrievalException.invalid(
                    "note", note.length() + " characters", "must be at most " + NOTE_MAX);
        }
    }

    /// What a sheet decides by.
    static Learned of(PriceSheet sheet, long atMillis, String note) {
        return new Learned(sheet.version(), atMillis, note, sheet.curves(), sheet.rule());
    }

    public Learned with(ValueCurves other, String why) {
        return new Learned(version, atMillis, why, Optional.of(other), rule);
    }

    public Learned with(Optional<LearnedRule> other, String why) {
        return new Learned(version, atMillis, why, curves, other);
    }

    /// Whether both decide by the same.
    boolean isLike(Learned other) {
        return Arrays.equals(content(this), content(other));
    }

    private static byte[] content(Learned one) {
        return CODEC.encode(new Learned(0, 0, "", one.curves, one.rule));
    }
}
