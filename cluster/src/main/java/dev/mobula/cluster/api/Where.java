package dev.mobula.cluster.api;

import dev.mobula.actors.items.IndexedAttribute;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.TextCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/// One condition of a search in JSON: an attribute, and what its value must be.
///
/// @param in one of these numbers or texts
/// @param any for flags: at least one of these words
/// @param not whether the opposite is wanted
record Where(
        @Nullable String name,
        @Nullable List<Object> in,
        @Nullable Long min,
        @Nullable Long max,
        @Nullable List<String> any,
        @Nullable Boolean not) {
    private static final int CONDITIONS_MAX = 32;
    private static final int VALUES_MAX = 10_000;

    /// All conditions as one filter over the columns that these settings index.
    static Filter all(@Nullable List<Where> conditions, ItemShardSettings settings) {
        if (conditions == null || conditions.isEmpty()) {
            return Filter.EVERYTHING;
        }
        if (conditions.size() > CONDITIONS_MAX) {
            throw new RequestProblem(
                    "where", conditions.size() + " conditions", "are over " + CONDITIONS_MAX);
        }
        List<Filter> filters = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            try {
                filters.add(conditions.get(i).filter(settings));
            } catch (RequestProblem bad) {
                throw bad.within("where." + i);
            }
        }
        return Filter.all(filters.toArray(Filter[]::new));
    }

    private Filter filter(ItemShardSettings settings) {
        if (name == null) {
            throw RequestProblem.missing("name", "it must be an attribute's");
        }
        Filter plain = plain(name, settings);
        return not != null && not ? Filter.not(plain) : plain;
    }

    private Filter plain(String attribute, ItemShardSettings settings) {
        Optional<IndexedAttribute> indexed = indexed(attribute, settings);
        int said = (in == null ? 0 : 1) + (any == null ? 0 : 1);
        boolean range = min != null || max != null;
        if (said + (range ? 1 : 0) != 1) {
            throw new RequestProblem(
                    "name", attribute, "needs one of in, any, and min with or without max");
        }
        if (any != null) {
            return anyOf(attribute, any, indexed);
        }
        if (range) {
            return Filter.between(
                    attribute,
                    min == null ? Long.MIN_VALUE : min,
                    max == null ? Long.MAX_VALUE : max);
        }
        return oneOf(attribute, in == null ? List.of() : in);
    }

    private static Filter anyOf(
            String attribute, List<String> words, Optional<IndexedAttribute> indexed) {
        IndexedAttribute flags =
                indexed.filter(one -> one.kind() == IndexedAttribute.Kind.FLAGS)
                        .orElseThrow(
                                () ->
                                        new RequestProblem(
                                                "any", words, "is for attributes of flags"));
        try {
            return Filter.anyFlag(attribute, flags.mask(words.toArray(String[]::new)));
        } catch (RetrievalException unknown) {
            throw new RequestProblem("any", words, "must be among " + flags.words());
        }
    }

    private static Optional<IndexedAttribute> indexed(
            String attribute, ItemShardSettings settings) {
        List<String> known = new ArrayList<>(List.of("id", "author", "created"));
        for (IndexedAttribute one : settings.attributes()) {
            if (one.name().equals(attribute)) {
                return Optional.of(one);
            }
            known.add(one.name());
        }
        if (known.contains(attribute)) {
            return Optional.empty();
        }
        throw new RequestProblem("name", attribute, "is not indexed; those are " + known);
    }

    private static Filter oneOf(String attribute, List<Object> values) {
        if (values.isEmpty() || values.size() > VALUES_MAX) {
            throw new RequestProblem("in", values.size() + " values", "must be 1.." + VALUES_MAX);
        }
        Roaring64Bitmap codes = new Roaring64Bitmap();
        values.forEach(value -> codes.addLong(code(attribute, value)));
        return attribute.equals("id") ? Filter.idIn(codes) : new Filter.OneOf(attribute, codes);
    }

    private static long code(String attribute, Object value) {
        return switch (value) {
            case Long number -> number;
            case Integer number -> number;
            case String text -> {
                try {
                    yield TextCode.of(attribute, text);
                } catch (RetrievalException tooLong) {
                    throw new RequestProblem("in", text, "must be a text of up to 8 bytes");
                }
            }
            case null, default ->
                    throw new RequestProblem(
                            "in", String.valueOf(value), "must hold whole numbers or texts");
        };
    }
}
