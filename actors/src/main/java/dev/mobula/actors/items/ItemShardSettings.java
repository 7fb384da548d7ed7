package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.shard.IndexSpec;
import dev.mobula.retrieval.vectors.Metric;
import java.util.List;

/// What a shard's index holds: the vectors' width and metric, and the attributes filters may ask for.
///
/// Every index has the columns `author` and `created`; the further ones are taken from the items'
/// whole-number attributes of the same name.
public record ItemShardSettings(int dimension, Metric metric, List<String> attributes) {
    static final String AUTHOR = "author";
    static final String CREATED = "created";

    static final Codec<ItemShardSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(ItemShardSettings value, MessageWriter out) {
                    out.writeInt(value.dimension())
                            .writeString(value.metric().name())
                            .writeStrings(value.attributes());
                }

                @Override
                public ItemShardSettings read(MessageReader in) {
                    return new ItemShardSettings(
                            in.readInt(), Metric.valueOf(in.readString()), in.readStrings());
                }
            };

    public ItemShardSettings {
        attributes = List.copyOf(attributes);
        indexSpecOf(dimension, metric, attributes);
    }

    /// Inner product over vectors of this width, no further attributes.
    public static ItemShardSettings of(int dimension) {
        return new ItemShardSettings(dimension, Metric.INNER_PRODUCT, List.of());
    }

    IndexSpec indexSpec() {
        return indexSpecOf(dimension, metric, attributes);
    }

    private static IndexSpec indexSpecOf(int dimension, Metric metric, List<String> attributes) {
        String[] columns = new String[attributes.size() + 2];
        columns[0] = AUTHOR;
        columns[1] = CREATED;
        for (int i = 0; i < attributes.size(); i++) {
            columns[i + 2] = attributes.get(i);
        }
        return IndexSpec.of(metric, dimension, AttributeSchema.of(columns));
    }
}
