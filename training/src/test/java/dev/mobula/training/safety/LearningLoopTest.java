package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.safety.TextModel;
import dev.mobula.training.evaluate.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LearningLoopTest {
    private static final NgramSettings SMALL = NgramSettings.usual().withSize(14, 3);
    private static final List<String> BAD = List.of("winner", "prize", "claim", "bitcoin");
    private static final List<String> GOOD = List.of("river", "garden", "lunch", "music");

    private static LabelledTexts texts(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean bad = random.nextInt(3) == 0;
            StringBuilder text = new StringBuilder("number " + random.nextInt(1000));
            for (int word = 0; word < 6; word++) {
                List<String> from = random.nextInt(4) == 0 == bad ? GOOD : BAD;
                text.append(' ').append(from.get(random.nextInt(from.size())));
            }
            texts.add(text.toString());
            names.add(bad ? "spam" : "ham");
        }
        return LabelledTexts.of(texts, names);
    }

    @Test
    void thePrevalenceOfADrawnBatchIsUnbiasedHoweverWrongTheModelIs() {
        SplittableRandom random = new SplittableRandom(1);
        int size = 20_000;
        double[] scores = new double[size];
        boolean[] bad = new boolean[size];
        double truth = 0;
        for (int i = 0; i < size; i++) {
            scores[i] = random.nextDouble();
            // The model is often wrong where it is sure.
            bad[i] = random.nextDouble() < .1 + .3 * scores[i];
            truth += bad[i] ? 1.0 / size : 0;
        }
        double mean = 0;
        int inside = 0;
        int rounds = 60;
        for (int round = 0; round < rounds; round++) {
            List<ActiveLearning.Pick> picks = ActiveLearning.pick(scores, .9, 800, round);
            assertThat(picks).hasSizeBetween(600, 900);
            boolean[] said = new boolean[picks.size()];
            for (int i = 0; i < said.length; i++) {
                said[i] = bad[picks.get(i).text()];
            }
            ActiveLearning.Prevalence estimate = ActiveLearning.prevalence(picks, said, size);
            mean += estimate.share() / rounds;
            inside += Math.abs(estimate.share() - truth) < 1.96 * estimate.deviation() ? 1 : 0;
        }
        assertThat(mean).isCloseTo(truth, within(.015));
        assertThat(inside).isBetween((int) (.85 * rounds), rounds);
    }

    @Test
    void aBatchTeachesWhereTheModelIsUnsure() {
        double[] scores = IntStream.range(0, 1_000).mapToDouble(i -> i / 1_000.0).toArray();
        List<ActiveLearning.Pick> picks = ActiveLearning.pick(scores, .8, 100, 1);
        long near = picks.stream().filter(one -> Math.abs(one.score() - .8) < .1).count();
        assertThat(near).isGreaterThan(picks.size() / 2);
        assertThat(picks.stream().map(ActiveLearning.Pick::text)).doesNotHaveDuplicates();
    }

    @Test
    void learningStopsWhenModelsAgreeThreeTimes() {
        boolean[] one = new boolean[1_000];
        boolean[] other = new boolean[1_000];
        for (int i = 0; i < 1_000; i++) {
            one[i] = i % 3 == 0;
            other[i] = i % 4 == 0;
        }
        assertThat(ActiveLearning.hasConverged(List.of(one, one, one))).isFalse();
        assertThat(ActiveLearning.hasConverged(List.of(other, one, one, one))).isFalse();
        assertThat(ActiveLearning.hasConverged(List.of(other, one, one, one, one))).isTrue();
    }

    @Test
    void wrongLabelsAreFoundAndRightOnesSeldomDoubted() {
        LabelledTexts clean = texts(1_500, 4);
        int[] labels = clean.labels().clone();
        for (int i = 0; i < labels.length; i += 25) {
            labels[i] = 1 - labels[i];
        }
        LabelledTexts spoilt = new LabelledTexts(clean.texts(), labels, clean.classes());
        int[] groups = IntStream.range(0, spoilt.size()).toArray();
        List<LabelAudit.Doubt> doubts = LabelAudit.of(SMALL, spoilt, groups, Progress.NONE);
        long wrong = doubts.stream().limit(60).filter(one -> one.text() % 25 == 0).count();
        assertThat(wrong).isGreaterThan(25);
        assertThat(doubts.getFirst().likely()).isNotEqualTo(doubts.getFirst().told());
    }

    @Test
    void driftIsSeenWhereThereIsSomeAndNotWhereThereIsNone() {
        LabelledTexts texts = texts(1_000, 5);
        TextModel model = new NgramTraining(SMALL, Progress.NONE).fit("v1", texts);
        List<String> before = texts(400, 6).texts();
        int alarms = 0;
        for (int round = 0; round < 20; round++) {
            List<String> one = texts(150, 1_000 + round).texts();
            List<String> other = texts(150, 2_000 + round).texts();
            alarms += TextDrift.between(model, one, other, round).getFirst().chance() < .1 ? 1 : 0;
        }
        // One in ten is expected; eight in twenty have a chance of .0004.
        assertThat(alarms).isLessThan(8);
        List<String> later =
                texts(400, 8).texts().stream().map(text -> text.replace("river", "prize")).toList();
        List<TextDrift.Moved> moved = TextDrift.between(model, before, later, 1);
        assertThat(moved).allSatisfy(one -> assertThat(one.chance()).isLessThan(.01));
    }

    @Test
    void slicesTellWhereFalseAlarmsFall() {
        LabelledTexts texts = texts(1_000, 5);
        NgramTraining training = new NgramTraining(SMALL, Progress.NONE);
        int[] alone = IntStream.range(0, texts.size()).toArray();
        TextModel model = training.train("v1", texts, alone).model();
        List<Slices.Slice> slices = Slices.of(model, TextTargets.of(texts(800, 9)));
        assertThat(slices).extracting(Slices.Slice::name).startsWith("all", "short", "long");
        Slices.Slice all = slices.getFirst();
        assertThat(all.texts()).isBetween(450, 620);
        assertThat(all.lower()).isLessThanOrEqualTo(all.share());
        assertThat(all.upper()).isLessThan(.2);
    }
}
