package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.CalibrationFit;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.TrainingException;
import dev.mobula.training.evaluate.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Trains n-gram models: one head for two classes, one per class for more.
public final class NgramTraining {
    private final NgramSettings settings;
    private final Progress progress;

    public NgramTraining(NgramSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /// What was trained, and on what.
    ///
    /// @param fitted texts that the weights come from
    /// @param calibrated texts that calibration and operating points come from
    /// @param observations scores and outcomes of the latter, by head, calibrated
    public record Trained(
            NgramModel model, int fitted, int calibrated, Map<String, Observations> observations) {}

    /// Fits on one part of the texts and calibrates on the other; near-duplicates are in the same part.
    public Trained train(String version, LabelledTexts texts, int[] groups) {
        List<int[]> parts = texts.split(groups, 1 - settings.calibrationShare(), settings.seed());
        NgramModel fitted = fit(version, texts.subset(parts.getFirst()));
        return calibrated(fitted, parts.getFirst().length, texts.subset(parts.getLast()));
    }

    /// The heads of a set: the second of two classes, or every class.
    public static List<String> heads(LabelledTexts texts) {
        return texts.classes().size() == 2 ? texts.classes().subList(1, 2) : texts.classes();
    }

    /// Weights from all of the texts, not calibrated.
    public NgramModel fit(String version, LabelledTexts texts) {
        List<String> heads = heads(texts);
        List<String> canonical = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            canonical.add(read(texts.texts().get(i)));
            progress.step("reading", i + 1L, texts.size());
        }
        SparseRows rows = SparseRows.of(canonical, settings.bits(), settings.textsMin());
        if (rows.columns() == 0) {
            throw TrainingException.invalid("texts", texts.size(), "have no n-gram in common");
        }
        int width = 1 + heads.size();
        float[] table = new float[Ngrams.buckets(settings.bits()) * width];
        double[] biases = new double[heads.size()];
        for (int bucket = 0; bucket * width < table.length; bucket++) {
            table[bucket * width] = rows.rarity(bucket);
        }
        for (int head = 0; head < heads.size(); head++) {
            int label = texts.classes().indexOf(heads.get(head));
            boolean[] positive = new boolean[texts.size()];
            for (int i = 0; i < positive.length; i++) {
                positive[i] = texts.labels()[i] == label;
            }
            double[] weights =
                    LogisticFit.fit(
                            rows,
                            positive,
                            settings.cost(),
                            settings.contrast(),
                            settings.stepsMax());
            for (int bucket = 0; bucket * width < table.length; bucket++) {
                int column = rows.column(bucket);
                table[bucket * width + 1 + head] = column < 0 ? 0 : (float) weights[column];
            }
            biases[head] = weights[weights.length - 1];
            progress.step("fitting", head + 1L, heads.size());
        }
        Calibrators none = new Calibrators(version, Map.of());
        return new NgramModel(version, heads, settings.bits(), table, biases, none, Map.of());
    }

    private String read(String text) {
        return settings.canonical()
                ? Canonicaliser.read(text).text()
                : text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    }

    /// Scores of texts by head, and whether each text is of the head's class.
    public Map<String, Observations> observe(NgramModel model, LabelledTexts texts) {
        double[][] scores = new double[model.heads().size()][texts.size()];
        Ngrams scratch = model.scratch();
        double[] margins = new double[scores.length];
        for (int i = 0; i < texts.size(); i++) {
            double[] row = margins;
            if (settings.canonical()) {
                row = model.score(Canonicaliser.read(texts.texts().get(i)), scratch);
            } else {
                model.margins(read(texts.texts().get(i)), scratch, margins);
            }
            for (int head = 0; head < scores.length; head++) {
                scores[head][i] = settings.canonical() ? row[head] : 1 / (1 + Math.exp(-row[head]));
            }
        }
        Map<String, Observations> observed = new TreeMap<>();
        for (int head = 0; head < scores.length; head++) {
            int label = texts.classes().indexOf(model.heads().get(head));
            double[] labels = new double[texts.size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = texts.labels()[i] == label ? 1 : 0;
            }
            observed.put(model.heads().get(head), new Observations(scores[head], labels));
        }
        return observed;
    }

    /// Calibrates every head and chooses its operating point, on texts that trained nothing. The slope and the shift of
    /// the log odds go into the weights: the order of the scores stays, and no two become equal.
    public Trained calibrated(NgramModel model, int fitted, LabelledTexts held) {
        Map<String, Observations> raw = observe(model, held);
        NgramModel straight = model;
        for (Map.Entry<String, Observations> head : raw.entrySet()) {
            int place = model.heads().indexOf(head.getKey());
            straight = LogOdds.of(head.getValue()).into(straight, place);
        }
        Map<String, Observations> observed = observe(straight, held);
        Map<String, Calibration> calibrations = new TreeMap<>();
        Map<String, OperatingPoint> points = new TreeMap<>();
        observed.forEach(
                (head, scores) -> calibrations.put(head, CalibrationFit.temperature(scores)));
        Calibrators calibrators = new Calibrators(model.version(), calibrations);
        Map<String, Observations> last = observe(straight.with(calibrators, Map.of()), held);
        last.forEach(
                (head, scores) ->
                        points.put(
                                head,
                                OperatingPoint.choose(settings.goal(), settings.limit(), scores)));
        return new Trained(straight.with(calibrators, points), fitted, held.size(), last);
    }
}
