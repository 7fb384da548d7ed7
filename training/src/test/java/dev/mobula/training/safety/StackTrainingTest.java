package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.ByteModel;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.StackedModel;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.ranking.safety.TextModelFolder;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.metrics.Auc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StackTrainingTest {
    private static final NgramSettings SMALL = NgramSettings.usual().withSize(14, 3);
    private static final List<String> HEADS = List.of("sexual", "violence");
    private static final List<List<String>> WORDS =
            List.of(List.of("kissing", "naked", "lust"), List.of("knife", "blood", "punch"));
    private static final List<String> OTHER = List.of("river", "garden", "lunch", "train", "music");

    @TempDir private Path folder;

    /// Texts of neither, one or both heads; of some nobody knows the second.
    private static TextTargets texts(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> texts = new ArrayList<>();
        float[] targets = new float[count * HEADS.size()];
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder("number " + random.nextInt(1000));
            for (int head = 0; head < HEADS.size(); head++) {
                boolean bad = random.nextInt(3) == 0;
                targets[i * 2 + head] = bad ? 1 : 0;
                for (int word = 0; word < 3; word++) {
                    List<String> from = bad && random.nextInt(4) > 0 ? WORDS.get(head) : OTHER;
                    text.append(' ').append(from.get(random.nextInt(from.size())));
                }
            }
            if (i % 10 == 0) {
                targets[i * 2 + 1] = TextTargets.UNKNOWN;
            }
            texts.add(text.toString());
        }
        return new TextTargets(texts, HEADS, targets);
    }

    private static int[] alone(TextTargets texts) {
        return IntStream.range(0, texts.size()).toArray();
    }

    private static NgramTraining.Trained trained() {
        TextTargets texts = texts(1_500, 1);
        return new StackTraining(SMALL, Progress.NONE).train("v1", texts, alone(texts));
    }

    private static double auc(Observations seen) {
        return Auc.of(of(seen, true), of(seen, false));
    }

    private static double[] of(Observations seen, boolean positive) {
        return IntStream.range(0, seen.size())
                .filter(i -> (seen.labels()[i] > .5) == positive)
                .mapToDouble(i -> seen.scores()[i])
                .toArray();
    }

    @Test
    void everyHeadRanksTextsItNeverSawAndIsCalibrated() {
        NgramTraining.Trained trained = trained();
        TextTargets fresh = texts(1_500, 2);
        NgramTraining judge = new NgramTraining(SMALL, Progress.NONE);
        judge.observe(trained.model(), fresh)
                .forEach(
                        (head, seen) -> {
                            assertThat(auc(seen)).as(head).isGreaterThan(.9);
                            double said = Arrays.stream(seen.scores()).sum();
                            double was = Arrays.stream(seen.labels()).sum();
                            assertThat(said / was).as(head).isBetween(.85, 1.15);
                        });
        assertThat(trained.model().points()).containsOnlyKeys(HEADS);
    }

    @Test
    void everyMemberHasLearntAndNoneCountsAgainst() {
        StackedModel model = (StackedModel) trained().model();
        TextTargets fresh = texts(1_000, 3);
        Ngrams scratch = model.scratch();
        for (int member = 0; member < StackedModel.MEMBERS; member++) {
            double[] scores = new double[fresh.size()];
            double[] labels = new double[fresh.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = model.members(fresh.texts().get(i), scratch)[member * 2];
                labels[i] = fresh.of(i, 0);
            }
            assertThat(auc(new Observations(scores, labels)))
                    .as("member " + member)
                    .isGreaterThan(.85);
            assertThat(model.weights()[member]).isNotNegative();
        }
    }

    @Test
    void aTextOfOneWindowIsServedAsItIsTrained() {
        StackedModel model = (StackedModel) trained().model();
        ByteModel bytes = model.bytes();
        Ngrams scratch = model.scratch();
        for (int chars : new int[] {0, 1, 5, 6, 7, 255, 256, 257, 260, 261, 262, 300, 511, 512}) {
            String text = "knife and lunch, ".repeat(40).substring(0, chars);
            byte[] read = ByteModel.bytes(text);
            float[] pooled = new float[bytes.filters()];
            bytes.pool(read, 0, read.length, pooled, new int[bytes.filters()]);
            double served = model.members(text, scratch)[2 * HEADS.size()];
            assertThat(served)
                    .as(chars + " characters")
                    .isCloseTo(bytes.odds(pooled, 0), within(1e-3));
        }
    }

    @Test
    void theSameSeedGivesTheSameModel() {
        StackedModel one = (StackedModel) trained().model();
        StackedModel other = (StackedModel) trained().model();
        assertThat(one.bytes().table()).isEqualTo(other.bytes().table());
        assertThat(one.bag().table()).isEqualTo(other.bag().table());
        assertThat(one.weights()).isEqualTo(other.weights());
    }

    @Test
    void aModelIsTheSameAfterTheDiskAndADamagedOneIsRefused() throws IOException {
        TextModel model = trained().model();
        TextModelFolder.save(folder, model);
        TextModel read = TextModelFolder.load(folder);
        double[] before = new double[2];
        double[] after = new double[2];
        for (String text : texts(50, 4).texts()) {
            model.margins(text, model.scratch(), before);
            read.margins(text, read.scratch(), after);
            assertThat(after).isEqualTo(before);
        }
        assertThat(read.points()).isEqualTo(model.points());
        Path damaged = folder.resolve("bag.f32");
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length / 2] ^= 1;
        Files.write(damaged, bytes);
        assertThatThrownBy(() -> TextModelFolder.load(folder))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("bag.f32");
    }

    @Test
    void aSmallModelLearnsFromALargeOnesOpinions() {
        TextTargets known = texts(1_500, 1);
        TextModel large = trained().model();
        Distillation.Distilled distilled =
                Distillation.of(SMALL, large, known, texts(1_000, 6).texts(), texts(1_000, 7));
        TextTargets fresh = texts(1_500, 8);
        NgramTraining judge = new NgramTraining(SMALL, Progress.NONE);
        NgramModel small = distilled.model();
        assertThat(auc(judge.observe(small, fresh).get("violence"))).isGreaterThan(.9);
        assertThat(distilled.gaps()).containsOnlyKeys(HEADS);
        distilled
                .gaps()
                .forEach((head, gap) -> assertThat(gap.large() - gap.small()).isLessThan(.2));
    }

    @Test
    void severalLabelsOfATextAreSeveralHeads() throws IOException {
        Path file = folder.resolve("topics.csv");
        Files.writeString(file, "text,label\nred,a;b\ngreen,\nblue,b; c\n");
        TextTargets read = TextTargets.read(file, "text", "label", ";", new Rejects(0));
        assertThat(read.heads()).containsExactly("a", "b", "c");
        assertThat(read.targets()).containsExactly(1, 1, 0, 0, 0, 0, 0, 1, 1);
    }
}
