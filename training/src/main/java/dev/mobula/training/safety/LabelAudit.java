package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.evaluate.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/*
 * Confident learning (Northcutt, Jiang and Chuang 2021): every text is scored by a model that did not see it. A class's
 * threshold is the mean score of its own texts for it. A text whose label is one class, but whose score passes another's
 * threshold, most of all by the sum of both, is doubted; the surest doubts come first. Alike texts share a fold, so that no
 * copy of a mislabelled text vouches for it.
 */
/// Finds texts whose label is probably wrong.
public final class LabelAudit {
    private static final int FOLDS = 5;
    private static final int CLASS_MIN = 10;

    private LabelAudit() {}

    /// A doubted label.
    ///
    /// @param told the label's class, and `likely` the one that the text looks like
    /// @param margin by how much its score for the likely class is above that for the told one
    public record Doubt(int text, int told, int likely, double margin) {}

    /// All doubts, the surest first.
    ///
    /// @param groups texts of one group are alike
    public static List<Doubt> of(
            NgramSettings settings, LabelledTexts texts, int[] groups, Progress progress) {
        double[][] scores = outOfFold(settings, texts, groups, progress);
        int classes = texts.classes().size();
        double[] thresholds = new double[classes];
        int[] sizes = new int[classes];
        for (int i = 0; i < scores.length; i++) {
            thresholds[texts.labels()[i]] += scores[i][texts.labels()[i]];
            sizes[texts.labels()[i]]++;
        }
        for (int one = 0; one < classes; one++) {
            if (sizes[one] < CLASS_MIN) {
                throw TrainingException.invalid(
                        "class", texts.classes().get(one), "needs " + CLASS_MIN + " texts");
            }
            thresholds[one] /= sizes[one];
        }
        List<Doubt> doubts = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            int told = texts.labels()[i];
            int likely = told;
            for (int one = 0; one < classes; one++) {
                boolean confident = scores[i][one] >= thresholds[one];
                boolean more = likely == told || scores[i][one] > scores[i][likely];
                likely = one != told && confident && more ? one : likely;
            }
            double margin = scores[i][likely] - scores[i][told];
            if (likely != told && margin > 0) {
                doubts.add(new Doubt(i, told, likely, margin));
            }
        }
        doubts.sort(Comparator.comparingDouble(Doubt::margin).reversed());
        return List.copyOf(doubts);
    }

    private static double[][] outOfFold(
            NgramSettings settings, LabelledTexts texts, int[] groups, Progress progress) {
        SplittableRandom random = new SplittableRandom(settings.seed());
        int[] foldOf =
                IntStream.rangeClosed(0, IntStream.of(groups).max().orElse(0))
                        .map(group -> random.nextInt(FOLDS))
                        .toArray();
        NgramTraining training = new NgramTraining(settings, Progress.NONE);
        double[][] scores = new double[texts.size()][texts.classes().size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            int own = fold;
            int[] inside = rows(groups, foldOf, group -> group == own);
            NgramModel model =
                    training.fit(
                            "audit", texts.subset(rows(groups, foldOf, group -> group != own)));
            Map<String, Observations> seen = training.observe(model, texts.subset(inside));
            for (int one = 0; one < texts.classes().size(); one++) {
                Observations head = seen.get(texts.classes().get(one));
                for (int i = 0; i < inside.length && head != null; i++) {
                    scores[inside[i]][one] = head.scores()[i];
                    if (texts.classes().size() == 2) {
                        scores[inside[i]][1 - one] = 1 - head.scores()[i];
                    }
                }
            }
            progress.step("folds", fold + 1L, FOLDS);
        }
        return scores;
    }

    private static int[] rows(int[] groups, int[] foldOf, IntPredicate wanted) {
        return IntStream.range(0, groups.length)
                .filter(i -> wanted.test(foldOf[groups[i]]))
                .toArray();
    }
}
