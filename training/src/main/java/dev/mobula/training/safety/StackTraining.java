package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.safety.BagModel;
import dev.mobula.ranking.safety.ByteModel;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.StackedModel;
import dev.mobula.training.evaluate.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/*
 * How much each member's word is worth is learnt from texts that the members did not see: they are fitted on three
 * quarters of the texts, weighed on the rest, and then fitted again on all. A member that had been weighed on its own
 * training texts would be believed too much.
 */
/// Trains the three models of text that are one: linear n-grams, a bag of embeddings, a network over bytes.
public final class StackTraining {
    private static final double FITTED = .75;

    private final NgramSettings settings;
    private final NgramTraining linear;
    private final Progress progress;

    public StackTraining(NgramSettings settings, Progress progress) {
        this.settings = settings;
        this.linear = new NgramTraining(settings, progress);
        this.progress = progress;
    }

    /// Fits on one part of the texts and calibrates on the other; near-duplicates are in the same part.
    public NgramTraining.Trained train(String version, TextTargets texts, int[] groups) {
        List<int[]> parts =
                LabelledTexts.splitGroups(groups, 1 - settings.calibrationShare(), settings.seed());
        int[] own = new int[parts.getFirst().length];
        for (int i = 0; i < own.length; i++) {
            own[i] = groups[parts.getFirst()[i]];
        }
        StackedModel fitted = fit(version, texts.subset(parts.getFirst()), own);
        return linear.calibrated(fitted, own.length, texts.subset(parts.getLast()));
    }

    /// A model, and what one like it said of texts that it did not see.
    ///
    /// @param held the places of these texts
    /// @param odds their log odds, heads within
    @SuppressWarnings("ArrayRecordComponent") // handed over whole
    public record Fitted(StackedModel model, int[] held, double[][] odds) {}

    /// Weights from all of the texts, not calibrated.
    ///
    /// @param groups texts of one group are alike
    public StackedModel fit(String version, TextTargets texts, int[] groups) {
        return fitHeld(version, texts, groups).model();
    }

    /// The same, with the log odds by which the members were weighed.
    public Fitted fitHeld(String version, TextTargets texts, int[] groups) {
        List<String> canonical = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            canonical.add(linear.read(texts.texts().get(i)));
            progress.step("reading", i + 1L, texts.size());
        }
        List<int[]> parts = LabelledTexts.splitGroups(groups, FITTED, settings.seed() + 1);
        int[] fitted = parts.getFirst();
        int[] held = parts.getLast();
        StackedModel part = members(version, texts.subset(fitted), some(canonical, fitted));
        part = part.weighed(weigh(part, texts.subset(held), some(canonical, held)));
        double[][] odds = new double[held.length][texts.heads().size()];
        Ngrams scratch = part.scratch();
        for (int i = 0; i < held.length; i++) {
            part.margins(canonical.get(held[i]), scratch, odds[i]);
        }
        StackedModel model = members(version, texts, canonical).weighed(part.weights());
        return new Fitted(model, held, odds);
    }

    private static List<String> some(List<String> all, int[] rows) {
        List<String> some = new ArrayList<>(rows.length);
        for (int row : rows) {
            some.add(all.get(row));
        }
        return some;
    }

    private StackedModel members(String version, TextTargets texts, List<String> canonical) {
        NgramModel ngrams = linear.fit(version, texts, canonical);
        BagModel bag = BagTraining.fit(canonical, texts, settings.bits(), settings.seed());
        progress.step("embedding", 1, 1);
        ByteModel bytes = ByteTraining.fit(canonical, texts, settings.seed());
        progress.step("bytes", 1, 1);
        double[] alone = new double[texts.heads().size() * (StackedModel.MEMBERS + 1)];
        for (int head = 0; head < texts.heads().size(); head++) {
            alone[head * (StackedModel.MEMBERS + 1)] = 1;
        }
        return new StackedModel(
                version, ngrams, bag, bytes, alone, new Calibrators(version, Map.of()), Map.of());
    }

    private static double[] weigh(StackedModel part, TextTargets held, List<String> canonical) {
        int heads = held.heads().size();
        int members = StackedModel.MEMBERS;
        double[][] odds = new double[held.size()][];
        Ngrams scratch = part.scratch();
        for (int i = 0; i < odds.length; i++) {
            odds[i] = part.members(canonical.get(i), scratch);
        }
        double[] weights = new double[heads * (members + 1)];
        for (int head = 0; head < heads; head++) {
            double[][] inputs = new double[held.size()][members];
            for (int i = 0; i < inputs.length; i++) {
                for (int member = 0; member < members; member++) {
                    inputs[i][member] = odds[i][member * heads + head];
                }
            }
            double[] own = PositiveWeights.fit(inputs, held.column(head));
            System.arraycopy(own, 0, weights, head * (members + 1), members + 1);
        }
        return weights;
    }
}
