package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.MetaHeads;
import dev.mobula.ranking.safety.MetaModel;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import dev.mobula.training.metrics.Auc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/*
 * Only texts that trained nothing take part: of these two thirds weigh the judges, the others choose the operating point
 * and tell whether the judges together are better than the text alone, whose own point is chosen on the same third. A
 * head for which they are not is left to the text.
 */
/// Trains what weighs a text's score with what else is known: its author, its campaign, the account graph.
public final class TogetherTraining {
    private static final int BATCH_ROWS = 1_024;
    private static final int THIRDS = 3;

    private TogetherTraining() {}

    /// What the judges together gain for a head, on texts that weighed nothing.
    ///
    /// @param isKept whether they are better, so that the head is weighed
    public record Gain(
            String head,
            int texts,
            double textAuc,
            double auc,
            double textRecall,
            double recall,
            boolean isKept) {}

    /// The heads for which it helps, and what it gains for all.
    public record Trained(MetaHeads heads, List<Gain> gains) {
        public Trained {
            gains = List.copyOf(gains);
        }
    }

    /// Reads columns of numbers, row after row; not a number where a value is missing.
    public static double[][] signals(Path file, List<String> columns, Rejects rejects) {
        List<String> typed = columns.stream().map(column -> column + ":number").toList();
        List<double[]> all = new ArrayList<>();
        try (TableReader reader = TableSource.open(file, typed, rejects)) {
            int[] places = columns.stream().mapToInt(reader.schema()::require).toArray();
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    double[] own = new double[places.length];
                    for (int i = 0; i < own.length; i++) {
                        boolean isMissing = rows.values(places[i]).isMissing(row);
                        own[i] = isMissing ? Double.NaN : rows.numbers(places[i]).get(row);
                        if (own[i] < 0 || own[i] > 1) {
                            throw TrainingException.invalid(
                                    columns.get(i), own[i], "must be 0..1 in row " + all.size());
                        }
                    }
                    all.add(own);
                }
            }
        }
        return all.toArray(double[][]::new);
    }

    /// Weighs the model of text with what else is known of the same texts.
    ///
    /// @param groups as the texts were grouped when the model was trained
    /// @param signals of every text, in the order of `names`
    public static Trained of(
            NgramSettings settings,
            NgramTraining.Trained text,
            int[] groups,
            List<String> names,
            double[][] signals) {
        int[] held =
                LabelledTexts.splitGroups(groups, 1 - settings.calibrationShare(), settings.seed())
                        .getLast();
        if (signals.length != groups.length || held.length != text.held().size()) {
            throw TrainingException.invalid(
                    "signals", signals.length, "must be one row for each of " + groups.length);
        }
        List<String> inputs = new ArrayList<>(List.of(MetaHeads.TEXT));
        inputs.addAll(names);
        Map<String, MetaHeads.Head> kept = new TreeMap<>();
        List<Gain> gains = new ArrayList<>();
        text.observations()
                .forEach(
                        (head, seen) -> {
                            if (seen.size() != held.length) {
                                throw TrainingException.invalid(
                                        "head", head, "must be known of every text");
                            }
                            double[][] rows = rows(seen, held, signals);
                            String version = text.model().version() + "-together";
                            MetaHeads.Head made = fit(settings, version, inputs, rows, seen);
                            Gain gain = gain(settings, head, made, rows, seen);
                            gains.add(gain);
                            if (gain.isKept()) {
                                kept.put(head, made);
                            }
                        });
        return new Trained(new MetaHeads(kept), gains);
    }

    private static double[][] rows(Observations seen, int[] held, double[][] signals) {
        double[][] rows = new double[held.length][];
        for (int i = 0; i < rows.length; i++) {
            double[] own = signals[held[i]];
            rows[i] = new double[own.length + 1];
            rows[i][0] = seen.scores()[i];
            System.arraycopy(own, 0, rows[i], 1, own.length);
        }
        return rows;
    }

    private static int[] part(int rows, boolean tells) {
        return IntStream.range(0, rows).filter(i -> i % THIRDS == THIRDS - 1 == tells).toArray();
    }

    private static MetaHeads.Head fit(
            NgramSettings settings,
            String version,
            List<String> inputs,
            double[][] rows,
            Observations seen) {
        int[] own = part(rows.length, false);
        double[][] some = new double[own.length][];
        double[] labels = new double[own.length];
        for (int i = 0; i < own.length; i++) {
            some[i] = rows[own[i]];
            labels[i] = seen.labels()[own[i]];
        }
        MetaModel model = MetaTraining.fit(version, inputs, some, labels);
        Observations told = told(model, rows, seen);
        return new MetaHeads.Head(
                model, OperatingPoint.choose(settings.goal(), settings.limit(), told));
    }

    /// What a model says of the third that weighed nothing.
    private static Observations told(MetaModel model, double[][] rows, Observations seen) {
        int[] own = part(rows.length, true);
        double[] scores = new double[own.length];
        double[] labels = new double[own.length];
        for (int i = 0; i < own.length; i++) {
            Map<String, Double> row = new TreeMap<>();
            for (int j = 0; j < model.inputs().size(); j++) {
                row.put(model.inputs().get(j), rows[own[i]][j]);
            }
            scores[i] = model.score(row);
            labels[i] = seen.labels()[own[i]];
        }
        return new Observations(scores, labels);
    }

    private static Gain gain(
            NgramSettings settings,
            String head,
            MetaHeads.Head made,
            double[][] rows,
            Observations seen) {
        int[] own = part(rows.length, true);
        double[] scores = IntStream.of(own).mapToDouble(i -> seen.scores()[i]).toArray();
        double[] labels = IntStream.of(own).mapToDouble(i -> seen.labels()[i]).toArray();
        Observations alone = new Observations(scores, labels);
        Observations together = told(made.model(), rows, seen);
        double textRecall =
                OperatingPoint.choose(settings.goal(), settings.limit(), alone).recall();
        double textAuc = auc(alone);
        double auc = auc(together);
        double recall = made.point().recall();
        boolean isKept = auc > textAuc && recall >= textRecall;
        return new Gain(head, own.length, textAuc, auc, textRecall, recall, isKept);
    }

    private static double auc(Observations seen) {
        return Auc.of(of(seen, true), of(seen, false));
    }

    private static double[] of(Observations seen, boolean positive) {
        return IntStream.range(0, seen.size())
                .filter(i -> seen.labels()[i] > .5 == positive)
                .mapToDouble(i -> seen.scores()[i])
                .toArray();
    }
}
