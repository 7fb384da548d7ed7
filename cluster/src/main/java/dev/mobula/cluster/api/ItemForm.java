package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An item in JSON.
///
/// @param created in milliseconds since 1970; now unless told
/// @param labels what the stored item is labelled with; a write tells the author's own, and leaves what others gave
@SuppressWarnings("ArrayRecordComponent")
@JsonInclude(JsonInclude.Include.NON_NULL)
record ItemForm(
        @Nullable Long id,
        @Nullable Long author,
        @Nullable Long created,
        @Nullable String state,
        @Nullable Map<String, JsonNode> attributes,
        @Nullable List<LabelForm> labels,
        float @Nullable [] embedding) {

    /// One label of an item.
    record LabelForm(
            @Nullable String value,
            @Nullable String source,
            @Nullable Float confidence,
            @Nullable Long expires) {
        dev.mobula.retrieval.store.Label label() {
            if (value == null) {
                throw RequestProblem.missing("labels.value", "it must be the label's name");
            }
            if (source != null && !source.equals(dev.mobula.retrieval.store.Label.AUTHOR)) {
                throw new RequestProblem(
                        "labels.source", source, "must be author: others label by POST /v1/labels");
            }
            return new dev.mobula.retrieval.store.Label(
                    value,
                    dev.mobula.retrieval.store.Label.AUTHOR,
                    confidence == null ? 1 : confidence,
                    expires == null ? dev.mobula.retrieval.store.Label.NEVER : expires);
        }
    }

    /// The item that this row of a batch describes.
    Item toItem(long nowMillis) {
        if (id == null) {
            throw RequestProblem.missing("id", "it must be the item's id");
        }
        return toItem(id, nowMillis);
    }

    /// The item of that id.
    Item toItem(long itemId, long nowMillis) {
        if (id != null && id != itemId) {
            throw new RequestProblem("id", id, "must be " + itemId + ", as in the path");
        }
        if (author == null) {
            throw RequestProblem.missing("author", "it must be the id of whoever posted it");
        }
        try {
            return new Item(
                    itemId,
                    author,
                    created == null ? nowMillis : created,
                    stateOf(state),
                    stored(attributes == null ? Map.of() : attributes),
                    labels == null ? List.of() : labels.stream().map(LabelForm::label).toList(),
                    embedding == null ? Item.NO_EMBEDDING : embedding);
        } catch (RetrievalException bad) {
            throw new IllegalArgumentException(bad.getMessage(), bad);
        }
    }

    private static ItemState stateOf(@Nullable String state) {
        return switch (state) {
            case null -> ItemState.VISIBLE;
            case "visible" -> ItemState.VISIBLE;
            case "withheld" -> ItemState.WITHHELD;
            default -> throw new RequestProblem("state", state, "must be visible or withheld");
        };
    }

    private static Map<String, Attribute> stored(Map<String, JsonNode> attributes) {
        Map<String, Attribute> stored = new TreeMap<>();
        attributes.forEach((name, value) -> stored.put(name, stored(name, value)));
        return stored;
    }

    private static Attribute stored(String name, JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER ->
                    value.isIntegralNumber() && value.canConvertToLong()
                            ? new Attribute.Whole(value.longValue())
                            : new Attribute.Real(value.doubleValue());
            case STRING -> new Attribute.Text(value.textValue());
            case ARRAY -> new Attribute.Words(words(name, value));
            case BOOLEAN, OBJECT, NULL, BINARY, MISSING, POJO ->
                    throw new RequestProblem(
                            "attributes." + name,
                            value,
                            "must be a number, a text or a list of words");
        };
    }

    private static List<String> words(String name, JsonNode list) {
        return list.valueStream()
                .map(
                        word -> {
                            if (!word.isTextual()) {
                                throw new RequestProblem(
                                        "attributes." + name, word, "must be a list of words");
                            }
                            return word.textValue();
                        })
                .toList();
    }

    /// A stored item in JSON.
    ///
    /// @param withEmbedding whether its numbers are wanted
    static ItemForm of(Item item, boolean withEmbedding) {
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        item.attributes().forEach((name, value) -> attributes.put(name, json(value)));
        return new ItemForm(
                item.id(),
                item.authorId(),
                item.createdMillis(),
                item.state().name().toLowerCase(Locale.ROOT),
                attributes,
                item.labels().stream()
                        .map(
                                label ->
                                        new LabelForm(
                                                label.value(),
                                                label.source(),
                                                label.confidence(),
                                                label.expiresMillis()))
                        .toList(),
                withEmbedding ? item.embedding() : null);
    }

    private static JsonNode json(Attribute value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case Attribute.Whole(long number) -> nodes.numberNode(number);
            case Attribute.Real(double number) -> nodes.numberNode(number);
            case Attribute.Text(String text) -> nodes.textNode(text);
            case Attribute.Words(List<String> words) -> {
                var list = nodes.arrayNode();
                words.forEach(list::add);
                yield list;
            }
        };
    }
}
