package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.CalibrationFit;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.TrainingException;
import dev.mobula.training.evaluate.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
    /// @param held texts that calibration and operating points come from
    /// @param observations scores and outcomes of the latter, by head, calibrated
    public record Trained(
            TextModel model, int fitted, TextTargets held, Map<String, Observations> observations) {
        /// How many texts calibrated.
        public int calibrated() {
            return held.size();
        }
    }

    /// Fits on one part of the texts and calibrates on the other; near-duplicates are in the same part.
    public Trained train(String version, LabelledTexts texts, int[] groups) {
        return train(version, TextTargets.of(texts), groups);
    }

    /// The same for texts with any number of labels.
    public Trained train(String version, TextTargets texts, int[] groups) {
        List<int[]> parts =
                LabelledTexts.splitGroups(groups, 1 - settings.calibrationShare(), settings.seed());
        NgramModel fitted = fit(version, texts.subset(parts.getFirst()));
        return calibrated(fitted, parts.getFirst().length, texts.subset(parts.getLast()));
    }

    /// The heads of a set: the second of two classes, or every class.
    public static List<String> heads(LabelledTexts texts) {
        return texts.classes().size() == 2 ? texts.classes().subList(1, 2) : texts.classes();
    }

    /// Weights from all of the texts, not calibrated.
    public NgramModel fit(String version, LabelledTexts texts) {
        return fit(version, TextTargets.of(texts));
    }

    /// Weights from all of the texts, not calibrated; targets between 0 and 1 are opinions, such as a larger model's.
    public NgramModel fit(String version, TextTargets texts) {
        List<String> canonical = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            canonical.add(read(texts.texts().get(i)));
            progress.step("reading", i + 1L, texts.size());
        }
        return fit(version, texts, canonical);
    }

    /// @param canonical the texts as they are read
    NgramModel fit(String version, TextTargets texts, List<String> canonical) {
        List<String> heads = texts.heads();
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
            double[] weights =
                    LogisticFit.fit(
                            rows,
                            texts.column(head),
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

    String read(String text) {
        return settings.canonical()
                ? Canonicaliser.read(text).text()
                : text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    }

    /// Scores of texts by head, and whether each text is of the head's class.
    public Map<String, Observations> observe(TextModel model, LabelledTexts texts) {
        return observe(model, TextTargets.of(texts));
    }

    /// Scores of texts by head, and what is true of those of which it is known.
    public Map<String, Observations> observe(TextModel model, TextTargets texts) {
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
            int place = texts.heads().indexOf(model.heads().get(head));
            double[] all = scores[head];
            int[] known =
                    IntStream.range(0, texts.size()).filter(i -> texts.isKnown(i, place)).toArray();
            observed.put(
                    model.heads().get(head),
                    new Observations(
                            IntStream.of(known).mapToDouble(i -> all[i]).toArray(),
                            IntStream.of(known).mapToDouble(i -> texts.of(i, place)).toArray()));
        }
        return observed;
    }

    /// Calibrates every head and chooses its operating point, on texts that trained nothing. The slope and the shift of
    /// the log odds go into the weights: the order of the scores stays, and no two become equal.
    public Trained calibrated(TextModel model, int fitted, TextTargets held) {
        Map<String, Observations> raw = observe(model, held);
        TextModel straight = model;
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
        return new Trained(straight.with(calibrators, points), fitted, held, last);
    }
}
