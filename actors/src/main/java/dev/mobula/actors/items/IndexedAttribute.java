package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.TextCode;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.Label;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One attribute that filters may ask for: its name, and how an item's value becomes a number.
///
/// @param words what the flags mean, the first word the lowest bit; empty unless the kind is flags
public record IndexedAttribute(String name, Kind kind, List<String> words) {
    /// The attribute that stands for an item's labels, when it is one of flags.
    public static final String LABELS = "labels";

    static final Codec<IndexedAttribute> CODEC =
            new Codec<>() {
                @Override
                public void write(IndexedAttribute value, MessageWriter out) {
                    out.writeString(value.name())
                            .writeString(value.kind().name())
                            .writeStrings(value.words());
                }

                @Override
                public IndexedAttribute read(MessageReader in) {
                    return new IndexedAttribute(
                            in.readString(), Kind.valueOf(in.readString()), in.readStrings());
                }
            };

    /// How a value becomes a number.
    public enum Kind {
        /// A whole number is itself.
        NUMBER,
        /// A text of up to eight bytes is its [TextCode].
        TEXT,
        /// A text or a list of words is one bit for each word.
        FLAGS
    }

    public IndexedAttribute {
        words = List.copyOf(words);
        if (words.size() > Long.SIZE || words.isEmpty() == (kind == Kind.FLAGS)) {
            throw new IllegalArgumentException(
                    name + ".words=" + words + ": flags have 1.." + Long.SIZE + ", others none");
        }
    }

    /// An attribute of whole numbers.
    public static IndexedAttribute number(String name) {
        return new IndexedAttribute(name, Kind.NUMBER, List.of());
    }

    /// An attribute of short texts: a language.
    public static IndexedAttribute text(String name) {
        return new IndexedAttribute(name, Kind.TEXT, List.of());
    }

    /// An attribute of words from a fixed list: surfaces, or the labels that filters speak of.
    public static IndexedAttribute flags(String name, String... words) {
        return new IndexedAttribute(name, Kind.FLAGS, List.of(words));
    }

    /// The bits of these words, for a filter.
    public long mask(String... asked) {
        long mask = 0;
        for (String word : asked) {
            mask |= bit(word).orElseThrow(() -> refused("mask", word));
        }
        return mask;
    }

    /// The number that stands for an item's value, 0 when it has none. A value of another kind, or a word that is not
    /// in the list, is refused by name.
    long valueOf(Item item) {
        if (kind == Kind.FLAGS && name.equals(LABELS)) {
            return labels(item.labels());
        }
        @Nullable Attribute value = item.attributes().get(name);
        if (value == null) {
            return 0;
        }
        String field = name + " of item " + item.id();
        return switch (kind) {
            case NUMBER -> {
                if (value instanceof Attribute.Whole(long number)) {
                    yield number;
                }
                throw refused(field, value);
            }
            case TEXT -> {
                if (value instanceof Attribute.Text(String text)) {
                    yield TextCode.of(field, text);
                }
                throw refused(field, value);
            }
            case FLAGS ->
                    switch (value) {
                        case Attribute.Text(String word) -> flags(field, List.of(word));
                        case Attribute.Words(List<String> all) -> flags(field, all);
                        case Attribute.Whole _, Attribute.Real _ -> throw refused(field, value);
                    };
        };
    }

    /// Labels come from models that may know more of them than filters do: those have no bit.
    private long labels(List<Label> labels) {
        long flags = 0;
        for (Label label : labels) {
            flags |= bit(label.value()).orElse(0L);
        }
        return flags;
    }

    private long flags(String field, List<String> all) {
        long flags = 0;
        for (String word : all) {
            flags |= bit(word).orElseThrow(() -> refused(field, word));
        }
        return flags;
    }

    private Optional<Long> bit(String word) {
        int at = words.indexOf(word);
        return at < 0 ? Optional.empty() : Optional.of(1L << at);
    }

    private RetrievalException refused(String field, Object value) {
        return RetrievalException.invalid(
                field,
                value,
                switch (kind) {
                    case NUMBER -> "must be a whole number";
                    case TEXT -> "must be a text of up to " + TextCode.BYTES_MAX + " bytes";
                    case FLAGS -> "must be among " + words;
                });
    }
}
