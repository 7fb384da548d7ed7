package dev.mobula.cluster.evaluate.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.retrieval.campaign.NearDuplicates;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.safety.LabelledTexts;
import dev.mobula.training.safety.NgramSettings;
import dev.mobula.training.safety.NgramTraining;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// How texts are split, so that no text is judged by a model that saw it or one like it. One recipe for all sets.
final class Protocols {
    static final int FOLDS = 5;

    private static final double ALIKE = .5;

    private final NgramTraining training;

    Protocols(boolean canonical) {
        training = new NgramTraining(NgramSettings.usual().withCanonical(canonical), Progress.NONE);
    }

    TextModel fit(LabelledTexts texts) {
        return training.fit("judged", texts);
    }

    /// Scores of the head of a set of two classes.
    Observations observe(TextModel model, LabelledTexts texts) {
        return training.observe(model, texts).values().iterator().next();
    }

    /// The class of the highest score for every text.
    int[] classes(TextModel model, LabelledTexts texts) {
        List<Observations> heads =
                model.heads().stream().map(training.observe(model, texts)::get).toList();
        int[] said = new int[texts.size()];
        for (int i = 0; i < said.length; i++) {
            for (int head = 1; head < heads.size(); head++) {
                double best = heads.get(said[i]).scores()[i];
                said[i] = heads.get(head).scores()[i] > best ? head : said[i];
            }
        }
        return said;
    }

    /// A fold for every text; near-duplicates share one.
    static int[] folds(LabelledTexts texts, long seed) {
        int[] groups =
                NearDuplicates.groups(
                        texts.texts().stream().map(t -> Canonicaliser.read(t).text()).toList(),
                        ALIKE);
        SplittableRandom random = new SplittableRandom(seed);
        int[] foldOf = new int[IntStream.of(groups).max().orElse(0) + 1];
        for (int i = 0; i < foldOf.length; i++) {
            foldOf[i] = random.nextInt(FOLDS);
        }
        return IntStream.of(groups).map(group -> foldOf[group]).toArray();
    }

    static int[] rows(int[] folds, int fold, boolean inside) {
        return IntStream.range(0, folds.length).filter(i -> (folds[i] == fold) == inside).toArray();
    }

    /// Every text's score by a model that was fitted on the other folds.
    Observations outOfFold(LabelledTexts texts, int[] folds) {
        double[] scores = new double[texts.size()];
        double[] labels = new double[texts.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            int[] inside = rows(folds, fold, true);
            if (inside.length == 0) {
                continue;
            }
            TextModel model = fit(texts.subset(rows(folds, fold, false)));
            Observations seen = observe(model, texts.subset(inside));
            for (int i = 0; i < inside.length; i++) {
                scores[inside[i]] = seen.scores()[i];
                labels[inside[i]] = seen.labels()[i];
            }
        }
        return new Observations(scores, labels);
    }

    /// Whether every text is acted on at a threshold that its training folds chose by themselves.
    boolean[] acted(LabelledTexts texts, int[] folds, double falsePositives) {
        boolean[] acted = new boolean[texts.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            int[] outside = rows(folds, fold, false);
            int[] inside = rows(folds, fold, true);
            if (inside.length == 0) {
                continue;
            }
            LabelledTexts train = texts.subset(outside);
            int[] inner = IntStream.of(outside).map(row -> folds[row]).toArray();
            Observations held = outOfFold(train, inner);
            OperatingPoint point =
                    OperatingPoint.choose(
                            OperatingPoint.Goal.FALSE_POSITIVE_RATE, falsePositives, held);
            Observations seen = observe(fit(train), texts.subset(inside));
            for (int i = 0; i < inside.length; i++) {
                acted[inside[i]] = point.acts(seen.scores()[i]);
            }
        }
        return acted;
    }
}
