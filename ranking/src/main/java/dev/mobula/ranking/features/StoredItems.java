package dev.mobula.ranking.features;

import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads stored items as values of a schema's item features: `author` and `created` (seconds), and every attribute by
/// its name.
///
/// A counter's value stands at the second that the attribute `NAME.at` tells, else at the item's creation. An attribute
/// of the wrong kind is passed on as it is: encoding it refuses by name. A withheld item has no row.
public final class StoredItems {
    public static final String AUTHOR = "author";
    public static final String CREATED = "created";

    private static final String COUNTED_AT = ".at";
    private static final long MILLIS_PER_SECOND = 1_000;

    private final Map<String, Feature> features = new HashMap<>();

    public StoredItems(FeatureSchema schema) {
        for (Feature feature : schema.features()) {
            boolean isItems =
                    switch (feature) {
                        case Feature.Dense it -> it.side() == Side.ITEM;
                        case Feature.Counter it -> it.side() == Side.ITEM;
                        case Feature.Categorical it -> it.side() == Side.ITEM;
                        case Feature.MultiValued it -> it.side() == Side.ITEM;
                        case Feature.Sequence it -> it.side() == Side.ITEM;
                        case Feature.Cross _ -> false;
                    };
            if (isItems) {
                features.put(feature.name(), feature);
            }
        }
    }

    /// The change that columns are to apply.
    public ItemChange read(dev.mobula.retrieval.store.ItemChange change) {
        return switch (change) {
            case dev.mobula.retrieval.store.ItemChange.Stored(long position, Item item) ->
                    read(position, item);
            case dev.mobula.retrieval.store.ItemChange.Gone(long position, long id) ->
                    new ItemChange.Delete(position, id);
        };
    }

    /// The item as it stood at a position.
    public ItemChange read(long position, Item item) {
        return item.state() == ItemState.VISIBLE
                ? new ItemChange.Upsert(position, item.id(), valuesOf(item))
                : new ItemChange.Delete(position, item.id());
    }

    private Map<String, FeatureValue> valuesOf(Item item) {
        Map<String, FeatureValue> values = new HashMap<>();
        features.forEach(
                (name, feature) -> {
                    Attribute attribute = attributeOf(item, name);
                    if (attribute != null) {
                        values.put(name, valueOf(feature, attribute, item));
                    }
                });
        return values;
    }

    private static @Nullable Attribute attributeOf(Item item, String name) {
        Attribute own = item.attributes().get(name);
        if (own != null) {
            return own;
        }
        return switch (name) {
            case AUTHOR -> new Attribute.Whole(item.authorId());
            case CREATED -> new Attribute.Whole(item.createdMillis() / MILLIS_PER_SECOND);
            default -> null;
        };
    }

    private static FeatureValue valueOf(Feature feature, Attribute attribute, Item item) {
        return switch (attribute) {
            case Attribute.Whole(long number) ->
                    feature instanceof Feature.Categorical
                            ? new FeatureValue.Id(number)
                            : number(feature, (double) number, item);
            case Attribute.Real(double number) -> number(feature, number, item);
            case Attribute.Text(String text) -> new FeatureValue.Text(text);
            case Attribute.Words words -> new FeatureValue.Texts(words.values());
        };
    }

    private static FeatureValue number(Feature feature, double number, Item item) {
        if (!(feature instanceof Feature.Counter)) {
            return new FeatureValue.Amount(number);
        }
        Attribute at = item.attributes().get(feature.name() + COUNTED_AT);
        long atSeconds =
                at instanceof Attribute.Whole(long seconds)
                        ? seconds
                        : item.createdMillis() / MILLIS_PER_SECOND;
        return new FeatureValue.Count(number, atSeconds);
    }
}
