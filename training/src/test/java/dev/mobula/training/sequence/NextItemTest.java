package dev.mobula.training.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.LocalRun;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.program.Batch;
import dev.mobula.training.table.RowOptimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class NextItemTest {
    private static final int ITEMS = 60;
    private static final NextItemOptions OPTIONS =
            new NextItemOptions(
                    16, 8, 1, 2, 12, 0.1, 0, 0.5, 32, 12, 0.005, RowOptimizer.adam(0.01));

    /// After an item comes nearly always the one item that belongs after it, else any.
    private static Sequences planted(int users, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] itemsOf = new int[users][];
        for (int u = 0; u < users; u++) {
            int[] sequence = new int[6 + random.nextInt(6)];
            sequence[0] = random.nextInt(ITEMS);
            for (int p = 1; p < sequence.length; p++) {
                boolean follows = random.nextDouble() < 0.9;
                sequence[p] = follows ? (7 * sequence[p - 1] + 3) % ITEMS : random.nextInt(ITEMS);
            }
            itemsOf[u] = sequence;
        }
        return new Sequences(TransitionsTest.ids(users), TransitionsTest.ids(ITEMS), itemsOf);
    }

    private static NextItemModel train(Sequences sequences, List<Double> losses) {
        NextItemTask task = new NextItemTask(sequences, OPTIONS, 3);
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onStep(StepReport report) {
                        losses.add(report.loss());
                    }
                };
        return LocalRun.of(task, task.settings(3), listener, System::nanoTime, task::model);
    }

    @Test
    void whatFollowsIsLearned() {
        Sequences sequences = planted(400, 1);
        List<Double> losses = new ArrayList<>();
        NextItemModel model = train(sequences.withoutLast(1), losses);
        assertThat(losses.getLast()).isLessThan(0.7 * losses.getFirst());
        int hits = 0;
        float[] scores = new float[ITEMS];
        for (int[] sequence : sequences.itemsOf()) {
            model.scorer().score(Arrays.copyOf(sequence, sequence.length - 1), scores);
            int target = sequence[sequence.length - 1];
            int better = 0;
            double sum = 0;
            for (float score : scores) {
                better += score > scores[target] ? 1 : 0;
                sum += score;
            }
            hits += better < 3 ? 1 : 0;
            assertThat(sum).isCloseTo(1, within(1e-4));
        }
        assertThat(hits).isGreaterThan(240);
    }

    @Test
    void oneSeedTrainsOneModel() {
        Sequences sequences = planted(60, 2);
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        train(sequences, first);
        train(sequences, second);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void theSharesOfTwoWorkersAreTheBatchOfOne() {
        Sequences sequences = planted(70, 3);
        NextItemTask task = new NextItemTask(sequences, OPTIONS, 3);
        Batch whole = Batch.create(task.spec(Share.ALL));
        Batch half = Batch.create(task.spec(new Share(1, 2)));
        BatchSource one = task.batches(Share.ALL, 5);
        BatchSource other = task.batches(new Share(1, 2), 5);
        while (one.next(whole)) {
            assertThat(other.next(half)).isTrue();
            int from = new Share(1, 2).from(whole.rows());
            assertThat(half.rows()).isEqualTo(whole.rows() - from);
            for (int lookup = 0; lookup < 3; lookup++) {
                int perRow = task.spec(Share.ALL).lookups().get(lookup).perRow();
                long[] expected =
                        Arrays.copyOfRange(
                                whole.keys(lookup), from * perRow, whole.rows() * perRow);
                assertThat(Arrays.copyOf(half.keys(lookup), half.rows() * perRow))
                        .containsExactly(expected);
            }
        }
        assertThat(other.next(half)).isFalse();
    }

    @Test
    void aCursorGoesOnWhereItWasTaken() {
        NextItemTask task = new NextItemTask(planted(70, 4), OPTIONS, 3);
        Batch batch = Batch.create(task.spec(Share.ALL));
        Batch again = Batch.create(task.spec(Share.ALL));
        BatchSource source = task.batches(Share.ALL, 5);
        for (int i = 0; i < 4; i++) {
            source.next(batch);
        }
        BatchSource resumed = task.batches(Share.ALL, 5);
        resumed.seek(source.cursor());
        assertThat(resumed.fingerprint()).isEqualTo(source.fingerprint());
        source.next(batch);
        resumed.next(again);
        assertThat(again.keys(2)).containsExactly(batch.keys(2));
        assertThat(again.column(1)).containsExactly(batch.column(1));
    }

    @Test
    void optionsThatCannotWorkAreNamed() {
        assertThatThrownBy(() -> new NextItemTask(planted(5, 1), NextItemOptions.usual(), 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("negatives=");
        assertThatThrownBy(
                        () ->
                                new NextItemOptions(
                                        20,
                                        8,
                                        1,
                                        2,
                                        12,
                                        0.1,
                                        0,
                                        0.5,
                                        32,
                                        12,
                                        0.005,
                                        RowOptimizer.adam(0.01)))
                .hasMessageContaining("width=20");
        assertThatThrownBy(() -> OPTIONS.withEpochs(0)).hasMessageContaining("epochs=0");
    }
}
