package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.AdamicAdar;
import dev.mobula.retrieval.collaborative.ClosedFormAutoencoder;
import dev.mobula.retrieval.collaborative.Covisitation;
import dev.mobula.retrieval.collaborative.DegreeProduct;
import dev.mobula.retrieval.collaborative.GraphFilter;
import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.retrieval.collaborative.Popularity;
import dev.mobula.training.TrainingException;
import dev.mobula.training.factor.ImplicitAls;
import dev.mobula.training.factor.SpectralEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A model by its name and, where it has one, its number: `popular`, `ease=200`.
public record ModelName(Kind kind, double number) {
    private static final long SEED = 1;

    /// The models that can be named.
    public enum Kind {
        /// The most common items first.
        POPULAR(0),
        /// Co-visitation; the number is how many neighbours an item keeps.
        COVISITATION(200),
        /// The linear graph filter.
        GRAPH_FILTER(0),
        /// The closed-form autoencoder; the number is its ridge.
        EASE(200),
        /// A learned embedding, by alternating least squares; the number is its width.
        ALS(32),
        /// A learned embedding, of the graph's leading frequencies; the number is how many.
        SPECTRAL(256),
        /// Friends of friends, each shared friend counting less the more friends they have.
        ADAMIC_ADAR(0),
        /// The product of both degrees.
        DEGREE(0);

        private final double numberUsual;

        Kind(double numberUsual) {
            this.numberUsual = numberUsual;
        }

        /// The name as it is written: `graph-filter`.
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public ModelName {
        if (kind.numberUsual == 0 ? number != 0 : !(number > 0 && number < 1e9)) {
            throw TrainingException.invalid(
                    kind.text(),
                    number,
                    kind.numberUsual == 0 ? "takes no number" : "must be positive");
        }
    }

    /// Whether the model is an embedding, which an index can serve.
    public boolean isEmbedding() {
        return kind == Kind.ALS || kind == Kind.SPECTRAL;
    }

    /// The names in a list such as `popular,ease=500`.
    public static List<ModelName> parse(String names) {
        List<ModelName> parsed = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            parsed.add(parseOne(name.strip()));
        }
        return List.copyOf(parsed);
    }

    private static ModelName parseOne(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        Kind kind =
                Arrays.stream(Kind.values())
                        .filter(known -> known.text().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(name));
        if (equals < 0) {
            return new ModelName(kind, kind.numberUsual);
        }
        try {
            return new ModelName(kind, Double.parseDouble(text.substring(equals + 1)));
        } catch (NumberFormatException e) {
            throw TrainingException.invalid("model", text, "the part after = must be a number");
        }
    }

    private static TrainingException unknown(String name) {
        String known =
                Arrays.stream(Kind.values()).map(Kind::text).collect(Collectors.joining(", "));
        return TrainingException.invalid("model", name, "must be one of " + known);
    }

    /// Counts or solves the model from what may be learned from.
    HistoryModel fit(InteractionMatrix train) {
        return switch (kind) {
            case POPULAR -> Popularity.of(train);
            case COVISITATION -> Covisitation.of(train, (int) Math.max(1, number));
            case GRAPH_FILTER -> GraphFilter.of(train);
            case EASE -> ClosedFormAutoencoder.of(train, number);
            case ALS -> {
                ImplicitAls.Options options =
                        ImplicitAls.Options.usual(train).withWidth((int) number);
                yield ImplicitAls.fit(train, options, SEED, pass -> {});
            }
            case SPECTRAL ->
                    SpectralEmbedding.fit(
                            train, SpectralEmbedding.Options.usual().withWidth((int) number), SEED);
            case ADAMIC_ADAR -> AdamicAdar.of(train);
            case DEGREE -> DegreeProduct.of(train);
        };
    }

    @Override
    public String toString() {
        return number == kind.numberUsual ? kind.text() : kind.text() + "=" + number;
    }
}
