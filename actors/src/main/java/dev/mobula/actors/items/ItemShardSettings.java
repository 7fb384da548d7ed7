package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.shard.IndexSpec;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.vectors.Metric;
import java.util.ArrayList;
import java.util.List;

/// What a shard finds its items by: the vectors' width and metric, the attributes filters may ask for, and the texts
/// that are searched by words.
///
/// Every index has the columns `author` and `created` besides.
///
/// @param texts names of the text attributes whose words are searched; none for no text index
public record ItemShardSettings(
        int dimension, Metric metric, List<IndexedAttribute> attributes, List<String> texts) {
    /// The column of an item's author.
    public static final String AUTHOR = "author";

    /// The column of the time an item was made, in milliseconds.
    public static final String CREATED = "created";

    static final Codec<ItemShardSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(ItemShardSettings value, MessageWriter out) {
                    out.writeInt(value.dimension())
                            .writeString(value.metric().name())
                            .writeList(
                                    value.attributes(),
                                    (writer, attribute) ->
                                            IndexedAttribute.CODEC.write(attribute, writer))
                            .writeStrings(value.texts());
                }

                @Override
                public ItemShardSettings read(MessageReader in) {
                    return new ItemShardSettings(
                            in.readInt(),
                            Metric.valueOf(in.readString()),
                            in.readList(IndexedAttribute.CODEC::read),
                            in.readStrings());
                }
            };

    public ItemShardSettings {
        attributes = List.copyOf(attributes);
        texts = List.copyOf(texts);
        indexSpecOf(dimension, metric, attributes);
    }

    /// Inner product over vectors of this width, no further attributes, no texts.
    public static ItemShardSettings of(int dimension) {
        return new ItemShardSettings(dimension, Metric.INNER_PRODUCT, List.of(), List.of());
    }

    public ItemShardSettings withAttributes(IndexedAttribute... newAttributes) {
        return new ItemShardSettings(dimension, metric, List.of(newAttributes), texts);
    }

    public ItemShardSettings withTexts(String... names) {
        return new ItemShardSettings(dimension, metric, attributes, List.of(names));
    }

    IndexSpec indexSpec() {
        return indexSpecOf(dimension, metric, attributes);
    }

    private static IndexSpec indexSpecOf(
            int dimension, Metric metric, List<IndexedAttribute> attributes) {
        return IndexSpec.of(metric, dimension, schemaOf(attributes));
    }

    private static AttributeSchema schemaOf(List<IndexedAttribute> attributes) {
        List<String> columns = new ArrayList<>(List.of(AUTHOR, CREATED));
        attributes.forEach(attribute -> columns.add(attribute.name()));
        return new AttributeSchema(columns);
    }

    /// The columns that filters may ask for.
    public AttributeSchema schema() {
        return schemaOf(attributes);
    }

    /// Refuses what the index would refuse, before it reaches the store.
    void requireFits(Item item) {
        requireFits(item.id(), item.embedding());
        attributesOf(item);
    }

    /// As the other, for an embedding alone; an empty one is none.
    void requireFits(long id, float[] embedding) {
        if (embedding.length != 0) {
            metric.prepared("embedding of item " + id, embedding, dimension);
        }
    }

    /// An item's row of numbers, in the order of the schema.
    public Attributes attributesOf(Item item) {
        long[] values = new long[attributes.size() + 2];
        values[0] = item.authorId();
        values[1] = item.createdMillis();
        for (int i = 0; i < attributes.size(); i++) {
            values[i + 2] = attributes.get(i).valueOf(item);
        }
        return new Attributes(values);
    }

    /// The words an item is found by, empty when it has none.
    String textOf(Item item) {
        StringBuilder all = new StringBuilder();
        for (String name : texts) {
            if (item.attributes().get(name) instanceof Attribute.Text(String text)) {
                all.append(text).append('\n');
            }
        }
        return all.toString();
    }
}
