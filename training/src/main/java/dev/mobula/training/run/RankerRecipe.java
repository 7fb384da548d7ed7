package dev.mobula.training.run;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.EventJoin;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.FeatureColumns;
import dev.mobula.training.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `task: multitask`: a ranker with several heads, learned from an event log's joined impressions.
///
/// It reads the features that were logged when the impressions were served, so what it learns is what serving will
/// compute. The newest rows validate and test: a model is for the days to come.
///
/// ```yaml
/// data: {train: joined/home, window: 65536}
/// split: {validation: 0.1, test: 0.1}
/// model:
///   hidden: [128, 64]
///   cross: 1
///   labels:
///     - {head: click, kind: click}
///     - {head: dwell, kind: dwell, loss: squared, weight: 0.1}
/// value: {home: click + 0.1 * dwell}
/// ```
public final class RankerRecipe implements Recipe {
    /// Before the name of a shard of users in a data set's notes: nobody who was forgotten up to this position is in it.
    public static final String ERASED_NOTE = "mobula_erased.";

    private static final int WINDOW_ROWS = 65_536;
    private static final int LAYERS_MAX = 16;
    private static final int WIDTH_MAX = 4_096;

    @Override
    public String name() {
        return "multitask";
    }

    /// How a head learns.
    enum Loss {
        /// Whether there was any feedback of the kind, by cross entropy.
        LOG,
        /// How much of it there was, by squared error.
        SQUARED
    }

    /// One head and the column that it learns from.
    record Label(String head, String column, Loss loss, double weight) {}

    /// What was described, checked against the data.
    record Plan(
            Dataset data,
            FeatureColumns features,
            List<Label> labels,
            List<Integer> hidden,
            int crosses,
            int windowRows,
            long trainRows,
            long validationRows,
            int evaluationRows,
            Map<String, String> value) {
        FeatureLayout layout() {
            return features.layout();
        }
    }

    @Override
    public RecipeTask read(Settings top, RunDescription.Common common, Path base) {
        Settings data = top.section("data");
        Dataset dataset = Dataset.open(base.resolve(data.text("train")));
        FeatureColumns features;
        if (dataset.schema().notes().containsKey(FeatureColumns.SCHEMA_NOTE)) {
            features = EventLog.features(dataset.schema());
        } else {
            throw data.refusal("train", "must be made by: data join LOG FOLDER");
        }
        features.layout()
                .slots()
                .forEach(
                        slot -> {
                            if (!slot.encoder().isEmpty()) {
                                throw data.refusal(
                                        "train",
                                        "feature '"
                                                + slot.feature()
                                                + "' wants encoder '"
                                                + slot.encoder()
                                                + "', which this task does not learn");
                            }
                        });
        Optional<Settings> split = top.findSection("split");
        double validation = split.map(it -> it.number("validation", 0.001, 0.5, 0.1)).orElse(0.1);
        double test = split.map(it -> it.number("test", 0.001, 0.4, 0.1)).orElse(0.1);
        long testRows = Math.max(1, (long) (test * dataset.rows()));
        long validationRows = Math.max(1, (long) (validation * dataset.rows()));
        long trainRows = dataset.rows() - testRows - validationRows;
        if (trainRows < common.batchRows()) {
            throw top.refusal(
                    "batch",
                    "must be at most the " + trainRows + " rows that are left to learn from");
        }
        Settings model = top.section("model");
        List<Integer> hidden = model.wholes("hidden", 1, WIDTH_MAX);
        if (hidden.isEmpty() || hidden.size() > LAYERS_MAX) {
            throw model.refusal("hidden", "must have 1 to " + LAYERS_MAX + " widths");
        }
        Plan plan =
                new Plan(
                        dataset,
                        features,
                        labels(model, dataset),
                        hidden,
                        (int) model.whole("cross", 0, 8, 0),
                        (int) data.whole("window", 1, 1 << 22, WINDOW_ROWS),
                        trainRows,
                        validationRows,
                        (int) data.whole("evaluation-rows", 100, 10_000_000, 20_000),
                        value(top));
        return new JoinedRanker(plan, common);
    }

    private static List<Label> labels(Settings model, Dataset data) {
        List<Label> labels = new ArrayList<>();
        for (Settings label : model.sectionList("labels")) {
            String head = label.text("head");
            if (!head.matches("[a-z][a-z0-9_]{0,31}")) {
                throw label.refusal("head", "must be small letters, digits and underscores");
            }
            if (labels.stream().anyMatch(one -> one.head().equals(head))) {
                throw label.refusal("head", "is there twice");
            }
            String column = EventJoin.LABEL + label.text("kind");
            if (data.schema().find(column).isEmpty()
                    || data.schema().column(data.schema().require(column)).kind() != Kind.NUMBER) {
                throw label.refusal("kind", "the data has no column " + column);
            }
            labels.add(
                    new Label(
                            head,
                            column,
                            label.choice("loss", Loss.class, Loss.LOG),
                            label.number("weight", 0, 1e6, 1)));
        }
        if (labels.isEmpty()) {
            throw model.refusal("labels", "must name a head and the kind of feedback it learns");
        }
        return labels;
    }

    private static Map<String, String> value(Settings top) {
        Map<String, String> expressions = new TreeMap<>();
        top.findSection("value")
                .ifPresent(
                        value ->
                                value.keys()
                                        .forEach(
                                                surface ->
                                                        expressions.put(
                                                                surface, value.text(surface))));
        return expressions;
    }
}
