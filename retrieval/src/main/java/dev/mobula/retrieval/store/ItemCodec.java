package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Turns an item into its stored record and back, and holds it to the store's limits.
public final class ItemCodec {
    private static final int VERSION = 1;
    private static final int WHOLE = 0;
    private static final int REAL = 1;
    private static final int TEXT = 2;
    private static final int WORDS = 3;

    private final StoreLimits limits;

    /// Holds items to the given limits.
    public ItemCodec(StoreLimits limits) {
        this.limits = limits;
    }

    /// The item as one checksummed record.
    public byte[] encode(Item item) {
        check(item);
        RecordWriter out = new RecordWriter(VERSION);
        out.writeFixed(item.id());
        out.writeFixed(item.authorId());
        out.writeSigned(item.createdMillis());
        out.writeByte(item.state().code());
        out.writeCount(item.attributes().size());
        item.attributes().forEach((name, value) -> write(out, name, value));
        out.writeCount(item.labels().size());
        for (Label label : item.labels()) {
            out.writeText(label.value());
            out.writeText(label.source());
            out.writeFloats(new float[] {label.confidence()});
            out.writeSigned(label.expiresMillis());
        }
        out.writeFloats(item.embedding());
        byte[] record = out.finish();
        atMost("item " + item.id() + " bytes", record.length, limits.itemBytesMax());
        return record;
    }

    /// The item of a record; a damaged one is refused.
    public Item decode(long id, byte[] record) {
        RecordReader in = open(id, record);
        long author = in.readFixed();
        long created = in.readSigned();
        ItemState state = ItemState.of(in.readByte(), in);
        Map<String, Attribute> attributes = readAttributes(in);
        List<Label> labels = readLabels(in);
        float[] embedding = in.readFloats();
        in.finish();
        return new Item(id, author, created, state, attributes, labels, embedding);
    }

    /// An item's standing alone; its content is passed over. A damaged record is refused.
    public ItemStanding decodeStanding(long id, byte[] record) {
        RecordReader in = open(id, record);
        long author = in.readFixed();
        in.readSigned();
        ItemState state = ItemState.of(in.readByte(), in);
        skipAttributes(in);
        return new ItemStanding(id, author, state, readLabels(in));
    }

    private static RecordReader open(long id, byte[] record) {
        RecordReader in = new RecordReader(record, VERSION, "item " + id);
        long storedId = in.readFixed();
        if (storedId != id) {
            throw in.corrupt("holds item " + storedId);
        }
        return in;
    }

    private static void write(RecordWriter out, String name, Attribute attribute) {
        out.writeText(name);
        switch (attribute) {
            case Attribute.Whole(long value) -> {
                out.writeByte(WHOLE);
                out.writeSigned(value);
            }
            case Attribute.Real(double value) -> {
                out.writeByte(REAL);
                out.writeFixed(Double.doubleToRawLongBits(value));
            }
            case Attribute.Text(String value) -> {
                out.writeByte(TEXT);
                out.writeText(value);
            }
            case Attribute.Words(List<String> values) -> {
                out.writeByte(WORDS);
                out.writeCount(values.size());
                values.forEach(out::writeText);
            }
        }
    }

    private static Map<String, Attribute> readAttributes(RecordReader in) {
        int count = in.readLength(3);
        Map<String, Attribute> attributes = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(in.readText(), readAttribute(in));
        }
        return attributes;
    }

    private static Attribute readAttribute(RecordReader in) {
        int type = in.readByte();
        return switch (type) {
            case WHOLE -> new Attribute.Whole(in.readSigned());
            case REAL -> new Attribute.Real(Double.longBitsToDouble(in.readFixed()));
            case TEXT -> new Attribute.Text(in.readText());
            case WORDS -> new Attribute.Words(readWords(in));
            default -> throw in.corrupt("attribute type " + type);
        };
    }

    private static void skipAttributes(RecordReader in) {
        int count = in.readLength(3);
        for (int i = 0; i < count; i++) {
            in.skipText();
            int type = in.readByte();
            switch (type) {
                case WHOLE -> in.readSigned();
                case REAL -> in.readFixed();
                case TEXT -> in.skipText();
                case WORDS -> {
                    for (int left = in.readLength(1); left > 0; left--) {
                        in.skipText();
                    }
                }
                default -> throw in.corrupt("attribute type " + type);
            }
        }
    }

    private static List<String> readWords(RecordReader in) {
        int count = in.readLength(1);
        List<String> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            words.add(in.readText());
        }
        return words;
    }

    private static List<Label> readLabels(RecordReader in) {
        int count = in.readLength(8);
        List<Label> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String value = in.readText();
            String source = in.readText();
            float[] confidence = in.readFloats();
            if (value.isEmpty() || confidence.length != 1) {
                throw in.corrupt("label " + i);
            }
            labels.add(new Label(value, source, confidence[0], in.readSigned()));
        }
        return labels;
    }

    private void check(Item item) {
        atMost("attributes", item.attributes().size(), limits.attributesPerItemMax());
        atMost("labels", item.labels().size(), limits.labelsPerItemMax());
        atMost("embedding dimension", item.embedding().length, limits.embeddingDimMax());
        item.attributes().forEach(this::check);
        for (Label label : item.labels()) {
            text("label.value", label.value(), limits.nameBytesMax());
            text("label.source", label.source(), limits.nameBytesMax());
        }
    }

    private void check(String name, Attribute attribute) {
        text("attribute name", name, limits.nameBytesMax());
        switch (attribute) {
            case Attribute.Whole whole -> {}
            case Attribute.Real real -> {}
            case Attribute.Text(String value) -> text(name, value, limits.textBytesMax());
            case Attribute.Words(List<String> values) -> {
                atMost("words of " + name, values.size(), limits.wordsPerAttributeMax());
                for (String word : values) {
                    text("word of " + name, word, limits.textBytesMax());
                }
            }
        }
    }

    /// A text that fits and that UTF-8 can carry: no half of a surrogate pair.
    static void text(String field, String text, int bytesMax) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw invalid(field, "(" + text.length() + " chars)", "must be well-formed Unicode");
        }
        atMost(field + " bytes", text.getBytes(StandardCharsets.UTF_8).length, bytesMax);
    }

    private static void atMost(String field, int value, int limit) {
        if (value > limit) {
            throw invalid(field, value, "must be at most " + limit);
        }
    }
}
