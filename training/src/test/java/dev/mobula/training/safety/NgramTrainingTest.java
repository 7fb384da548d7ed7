package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.NgramFolder;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.metrics.Auc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NgramTrainingTest {
    private static final NgramSettings SMALL = NgramSettings.usual().withSize(14, 3);
    private static final List<String> BAD =
            List.of("winner", "prize", "claim", "viagra", "bitcoin");
    private static final List<String> GOOD = List.of("river", "garden", "lunch", "train", "music");

    @TempDir private Path folder;

    private static LabelledTexts texts(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean bad = random.nextInt(4) == 0;
            StringBuilder text = new StringBuilder("number " + random.nextInt(1000));
            for (int word = 0; word < 6; word++) {
                List<String> from = random.nextInt(3) == 0 == bad ? GOOD : BAD;
                text.append(' ').append(from.get(random.nextInt(from.size())));
            }
            texts.add(text.toString());
            names.add(bad ? "spam" : "ham");
        }
        return LabelledTexts.of(texts, names);
    }

    private static int[] alone(LabelledTexts texts) {
        return IntStream.range(0, texts.size()).toArray();
    }

    private static NgramTraining.Trained trained() {
        LabelledTexts texts = texts(2_000, 1);
        return new NgramTraining(SMALL, Progress.NONE).train("v1", texts, alone(texts));
    }

    @Test
    void aTrainedHeadRanksAndIsCalibratedOnTextsItNeverSaw() {
        NgramTraining.Trained trained = trained();
        LabelledTexts fresh = texts(2_000, 2);
        Observations seen =
                new NgramTraining(SMALL, Progress.NONE).observe(trained.model(), fresh).get("spam");
        double[] positives = at(seen, 1);
        double[] negatives = at(seen, 0);
        assertThat(Auc.of(positives, negatives)).isGreaterThan(.8);
        double mean = IntStream.range(0, seen.size()).mapToDouble(i -> seen.scores()[i]).sum();
        assertThat(mean / positives.length).isBetween(.85, 1.15);
        OperatingPoint point = trained.model().points().get("spam");
        long falls =
                IntStream.range(0, negatives.length).filter(i -> point.acts(negatives[i])).count();
        assertThat((double) falls / negatives.length).isLessThan(.05);
        assertThat(trained.fitted() + trained.calibrated()).isEqualTo(2_000);
    }

    private static double[] at(Observations seen, int label) {
        return IntStream.range(0, seen.size())
                .filter(i -> seen.labels()[i] == label)
                .mapToDouble(i -> seen.scores()[i])
                .toArray();
    }

    @Test
    void trainingTwiceGivesTheSameModel() {
        assertThat(((NgramModel) trained().model()).table())
                .isEqualTo(((NgramModel) trained().model()).table());
    }

    @Test
    void classesWithoutMeaningAreNotLearned() {
        LabelledTexts texts = texts(2_000, 1);
        SplittableRandom random = new SplittableRandom(9);
        List<String> shuffled =
                texts.texts().stream().map(t -> random.nextBoolean() ? "a" : "b").toList();
        LabelledTexts noise = LabelledTexts.of(texts.texts(), shuffled);
        NgramTraining training = new NgramTraining(SMALL, Progress.NONE);
        NgramTraining.Trained trained = training.train("noise", noise, alone(noise));
        Observations seen = trained.observations().get("b");
        assertThat(Auc.of(at(seen, 1), at(seen, 0))).isBetween(.4, .6);
    }

    @Test
    void aSavedModelScoresTheSameAndADamagedOneIsRefused() throws IOException {
        NgramModel model = (NgramModel) trained().model();
        NgramFolder.save(folder, model);
        NgramModel read = NgramFolder.load(folder);
        String text = "claim your prize, winner of number 7";
        assertThat(read.score(Canonicaliser.read(text), read.scratch()))
                .containsExactly(model.score(Canonicaliser.read(text), model.scratch()));
        assertThat(read.points()).isEqualTo(model.points());
        byte[] bytes = Files.readAllBytes(folder.resolve("ngrams.f32"));
        bytes[1000] ^= 1;
        Files.write(folder.resolve("ngrams.f32"), bytes);
        assertThatThrownBy(() -> NgramFolder.load(folder))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("ngrams.f32");
    }

    @Test
    void aFitExplainsItsTextsBetterThanAnythingNear() {
        // With errors this dear the penalty hardly counts, so the loss of the data alone must be
        // near its least.
        LabelledTexts texts = texts(300, 5);
        SparseRows rows = SparseRows.of(texts.texts(), 12, 2);
        boolean[] positive = new boolean[texts.size()];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = texts.labels()[i] == 1;
        }
        double[] targets = TextTargets.of(texts).column(0);
        double[] best = LogisticFit.fit(rows, targets, 1e4, 1, 500);
        SplittableRandom random = new SplittableRandom(3);
        double least = loss(rows, positive, best);
        for (int round = 0; round < 50; round++) {
            double[] near = best.clone();
            for (int i = 0; i < near.length; i++) {
                near[i] += random.nextDouble(-2, 2);
            }
            assertThat(loss(rows, positive, near)).isGreaterThan(least);
        }
    }

    private static double loss(SparseRows rows, boolean[] positive, double[] weights) {
        double loss = 0;
        for (int row = 0; row < positive.length; row++) {
            double margin = rows.dot(row, weights) + weights[weights.length - 1];
            loss += Math.log1p(Math.exp(positive[row] ? -margin : margin));
        }
        return loss;
    }

    @Test
    void filesOfThreeFormatsAreReadAndBadOnesNamed() throws IOException {
        Path csv = folder.resolve("a.csv");
        Files.writeString(csv, "text,label\n\"one, two\",x\nthree,y\n");
        Path tsv = folder.resolve("a.tsv");
        Files.writeString(tsv, "text\tlabel\none, two\tx\nthree\ty\n");
        Path json = folder.resolve("a.jsonl");
        Files.writeString(
                json,
                "{\"text\":\"one, two\",\"label\":\"x\"}\n{\"text\":\"three\",\"label\":\"y\"}\n");
        for (Path file : List.of(csv, tsv, json)) {
            LabelledTexts read = LabelledTexts.read(file, "text", "label", new Rejects(0));
            assertThat(read.texts()).containsExactly("one, two", "three");
            assertThat(read.classes()).containsExactly("x", "y");
        }
        assertThatThrownBy(() -> LabelledTexts.read(csv, "texte", "label", new Rejects(0)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("texte");
    }
}
