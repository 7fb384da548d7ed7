package dev.mobula.training.ranker;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Features of plain tables: categories and numbers in text become a schema, fitted to the rows that may be learned from.
///
/// A category has an embedding per value. A number comes twice: as its logarithm, standardised, and as the embedding of
/// its bin between quantiles, which lets a model bend where it will.
public final class TabularFeatures {
    private static final int BINS = 64;
    private static final int VALUES_MAX = 100_000;

    private final FeatureLayout layout;
    private final Map<Integer, String> categories;
    private final Map<Integer, String> numbers;
    private final Map<Integer, double[]> edges;

    private TabularFeatures(
            FeatureLayout layout,
            Map<Integer, String> categories,
            Map<Integer, String> numbers,
            Map<Integer, double[]> edges) {
        this.layout = layout;
        this.categories = categories;
        this.numbers = numbers;
        this.edges = edges;
    }

    /// Fits scales, bins and vocabularies to the rows.
    ///
    /// @param categories names by column
    /// @param numbers names by column
    /// @param width of every embedding
    public static TabularFeatures fit(
            String name,
            List<List<String>> rows,
            Map<Integer, String> categories,
            Map<Integer, String> numbers,
            int width) {
        List<EmbeddingSpec> tables = new ArrayList<>();
        List<Feature> features = new ArrayList<>();
        categories.forEach(
                (column, feature) -> {
                    List<String> values =
                            rows.stream().map(row -> row.get(column)).distinct().sorted().toList();
                    addCategory(tables, features, feature, values, width);
                });
        Map<Integer, double[]> edges = new LinkedHashMap<>();
        numbers.forEach(
                (column, feature) -> {
                    double[] values =
                            rows.stream()
                                    .mapToDouble(row -> number(feature, row, column))
                                    .toArray();
                    double[] between = edges(values);
                    edges.put(column, between);
                    features.add(new Feature.Dense(feature, Side.ITEM, standardised(values), 0));
                    List<String> bins =
                            IntStream.rangeClosed(0, between.length)
                                    .mapToObj(Integer::toString)
                                    .toList();
                    addCategory(tables, features, bin(feature), bins, width);
                });
        FeatureSchema schema = new FeatureSchema(name, 1, tables, features);
        return new TabularFeatures(
                FeatureLayout.of(schema),
                new LinkedHashMap<>(categories),
                new LinkedHashMap<>(numbers),
                edges);
    }

    private static void addCategory(
            List<EmbeddingSpec> tables,
            List<Feature> features,
            String feature,
            List<String> values,
            int width) {
        if (values.size() > VALUES_MAX) {
            throw TrainingException.invalid(
                    "values of " + feature, values.size(), "must be at most " + VALUES_MAX);
        }
        tables.add(new EmbeddingSpec(feature, EmbeddingSpec.FIRST_ROW + values.size(), width));
        features.add(new Feature.Categorical(feature, Side.ITEM, feature, values));
    }

    private static String bin(String feature) {
        return feature + "_bin";
    }

    private static double number(String feature, List<String> row, int column) {
        try {
            double value = Double.parseDouble(row.get(column));
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new TrainingException(
                    Code.BAD_DATA, feature + "=" + row.get(column) + ": must be a number", e);
        }
        throw new TrainingException(
                Code.BAD_DATA, feature + "=" + row.get(column) + ": must be finite");
    }

    private static Scaling standardised(double[] values) {
        double[] logs = Arrays.stream(values).map(Scaling.LOG::apply).toArray();
        double mean = Arrays.stream(logs).average().orElse(0);
        double variance =
                Arrays.stream(logs).map(log -> (log - mean) * (log - mean)).average().orElse(0);
        float deviation = (float) Math.max(1e-6, Math.sqrt(variance));
        return new Scaling(Scaling.Curve.LOG, (float) mean, deviation);
    }

    /// Quantiles of all values and of those that are not zero, so that a column of mostly zeros has bins too.
    private static double[] edges(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] present = Arrays.stream(sorted).filter(value -> value != 0).toArray();
        return IntStream.range(1, BINS)
                .boxed()
                .flatMap(
                        bin ->
                                IntStream.of(0, 1)
                                        .mapToObj(which -> which == 0 ? sorted : present)
                                        .filter(some -> some.length > 0)
                                        .map(some -> some[(int) ((long) some.length * bin / BINS)]))
                .mapToDouble(Double::doubleValue)
                .sorted()
                .distinct()
                .toArray();
    }

    public FeatureLayout layout() {
        return layout;
    }

    /// A row as serving would have logged it. A value that was not there when fitting reads as unknown.
    public FeatureVector vector(long id, List<String> row) {
        Map<String, FeatureValue> values = new HashMap<>();
        categories.forEach(
                (column, feature) -> values.put(feature, new FeatureValue.Text(row.get(column))));
        numbers.forEach(
                (column, feature) -> {
                    double value = number(feature, row, column);
                    values.put(feature, new FeatureValue.Amount(value));
                    int place = Arrays.binarySearch(edges.get(column), value);
                    int bin = place >= 0 ? place + 1 : -place - 1;
                    values.put(bin(feature), new FeatureValue.Text(Integer.toString(bin)));
                });
        return new FeatureVector(
                layout.fingerprint(), id, layout.encodeUser(Map.of()), layout.encodeItem(values));
    }
}
