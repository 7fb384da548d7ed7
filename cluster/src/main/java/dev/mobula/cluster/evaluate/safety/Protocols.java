package dev.mobula.cluster.evaluate.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.campaign.NearDuplicates;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.safety.Grammar;
import dev.mobula.training.safety.HardNegatives;
import dev.mobula.training.safety.LabelledTexts;
import dev.mobula.training.safety.NgramSettings;
import dev.mobula.training.safety.NgramTraining;
import dev.mobula.training.safety.StackTraining;
import dev.mobula.training.safety.TextTargets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// How texts are split, so that no text is judged by a model that saw it or one like it. One recipe for all sets.
final class Protocols {
    static final int FOLDS = 5;

    private static final double ALIKE = .5;

    /// The texts that a grammar adds to each side of a set of prompts, as a share of these.
    private static final double WRITTEN = .5;

    private static final int TRIGGERS = 200;
    private static final long SEED = 3;

    /// What is trained.
    enum Recipe {
        /// N-grams of the text as it stands.
        PLAIN,
        /// N-grams of the canonical text.
        NGRAMS,
        /// All models of text, weighed together.
        FULL,
        /// The same, of the text as it stands.
        FULL_PLAIN;

        boolean isCanonical() {
            return this == NGRAMS || this == FULL;
        }

        boolean isFull() {
            return this == FULL || this == FULL_PLAIN;
        }
    }

    private final Recipe recipe;
    private final boolean written;
    private final NgramTraining linear;
    private final StackTraining stack;

    /// @param written whether a grammar's attacks and harmless texts are learnt too
    Protocols(Recipe recipe, boolean written) {
        NgramSettings settings = NgramSettings.usual().withCanonical(recipe.isCanonical());
        this.recipe = recipe;
        this.written = written;
        this.linear = new NgramTraining(settings, Progress.NONE);
        this.stack = new StackTraining(settings, Progress.NONE);
    }

    TextModel fit(LabelledTexts texts) {
        if (!recipe.isFull()) {
            return linear.fit("judged", texts);
        }
        LabelledTexts all = written ? more(texts) : texts;
        return stack.fit("judged", TextTargets.of(all), groups(all));
    }

    private static LabelledTexts more(LabelledTexts texts) {
        int label = texts.classes().indexOf(NgramTraining.heads(texts).getFirst());
        int each = (int) (WRITTEN * texts.size());
        return HardNegatives.written(texts, label, Grammar.injection(), each, TRIGGERS, SEED);
    }

    /// Scores of the head of a set of two classes.
    Observations observe(TextModel model, LabelledTexts texts) {
        return linear.observe(model, texts).values().iterator().next();
    }

    /// The class of every text, as a model of the training texts tells it. How readily each class is said is chosen on a
    /// part of the training texts that the choosing model did not see.
    int[] classes(LabelledTexts train, LabelledTexts test) {
        StackTraining.Fitted fitted = stack.fitHeld("judged", TextTargets.of(train), groups(train));
        double[] shifts = Shifts.choose(fitted.odds(), train.subset(fitted.held()).labels());
        Map<String, Observations> seen = linear.observe(fitted.model(), test);
        int[] said = new int[test.size()];
        double[] odds = new double[shifts.length];
        for (int i = 0; i < said.length; i++) {
            for (int head = 0; head < odds.length; head++) {
                double score = scores(seen, fitted.model().heads().get(head))[i];
                odds[head] = Math.log(score / (1 - score));
            }
            said[i] = Shifts.best(odds, shifts);
        }
        return said;
    }

    private static double[] scores(Map<String, Observations> seen, String head) {
        Observations own = seen.get(head);
        if (own == null) {
            throw new IllegalStateException("no scores of head " + head);
        }
        return own.scores();
    }

    private static int[] groups(LabelledTexts texts) {
        return NearDuplicates.groups(
                texts.texts().stream().map(t -> Canonicaliser.read(t).text()).toList(), ALIKE);
    }

    /// A fold for every text; near-duplicates share one.
    static int[] folds(LabelledTexts texts, long seed) {
        int[] groups = groups(texts);
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
