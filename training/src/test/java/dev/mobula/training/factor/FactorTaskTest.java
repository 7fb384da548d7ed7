package dev.mobula.training.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.Popularity;
import dev.mobula.training.TrainingException;
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
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FactorTaskTest {
    private static final FactorOptions OPTIONS =
            new FactorOptions(16, 0.2, 32, 4, 10, RowOptimizer.adagrad(0.1));

    private static Embeddings train(ImplicitAlsTest.World world, List<Double> losses) {
        FactorTask task = new FactorTask(world.known(), OPTIONS, 1);
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onStep(StepReport report) {
                        losses.add(report.loss());
                    }
                };
        return LocalRun.of(task, task.settings(1), listener, System::nanoTime, task::model);
    }

    /// The vectors as a model of histories: the person is the one whose history it is.
    private static HistoryModel of(Embeddings vectors) {
        return new HistoryModel() {
            private int next;

            @Override
            public int items() {
                return vectors.itemCount();
            }

            @Override
            public Scorer scorer() {
                return (history, scores) -> {
                    int user = next++;
                    for (int item = 0; item < items(); item++) {
                        scores[item] = dot(vectors.user(user), vectors.item(item));
                    }
                };
            }
        };
    }

    private static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    @Test
    void groupsAreFoundWherePopularityFindsNone() {
        ImplicitAlsTest.World world = ImplicitAlsTest.planted(new Random(5), 150);
        List<Double> losses = new ArrayList<>();
        Embeddings vectors = train(world, losses);
        assertThat(losses.getLast()).isLessThan(losses.getFirst());
        double popular = ImplicitAlsTest.found(Popularity.of(world.known()), world);
        assertThat(ImplicitAlsTest.found(of(vectors), world)).isGreaterThan(1.4 * popular);
        assertThat(dot(vectors.item(3), vectors.item(3))).isCloseTo(1f, within(1e-5f));
    }

    @Test
    void everyPairComesOnceAnEpochForAnyNumberOfWorkers() {
        ImplicitAlsTest.World world = ImplicitAlsTest.planted(new Random(6), 30);
        FactorTask task = new FactorTask(world.known(), OPTIONS.withEpochs(1), 1);
        for (int size : new int[] {1, 3}) {
            List<String> seen = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                Share share = new Share(rank, size);
                Batch batch = Batch.create(task.spec(share));
                BatchSource source = task.batches(share, 7);
                while (source.next(batch)) {
                    for (int i = 0; i < batch.rows() * OPTIONS.pairsPerRow(); i++) {
                        if (batch.keys(0)[i] != Batch.MISSING) {
                            seen.add(batch.keys(0)[i] + "-" + batch.keys(1)[i]);
                        }
                    }
                }
            }
            assertThat(seen).hasSize(world.known().size()).doesNotHaveDuplicates();
        }
    }

    @Test
    void aCursorGoesOnWhereItWasTaken() {
        ImplicitAlsTest.World world = ImplicitAlsTest.planted(new Random(6), 60);
        FactorTask task = new FactorTask(world.known(), OPTIONS, 1);
        Batch batch = Batch.create(task.spec(Share.ALL));
        Batch again = Batch.create(task.spec(Share.ALL));
        BatchSource source = task.batches(Share.ALL, 5);
        for (int i = 0; i < 9; i++) {
            source.next(batch);
        }
        BatchSource resumed = task.batches(Share.ALL, 5);
        resumed.seek(source.cursor());
        source.next(batch);
        resumed.next(again);
        assertThat(again.rows()).isEqualTo(batch.rows());
        int pairs = batch.rows() * OPTIONS.pairsPerRow();
        assertThat(Arrays.copyOf(again.keys(0), pairs))
                .containsExactly(Arrays.copyOf(batch.keys(0), pairs));
        assertThat(Arrays.copyOf(again.keys(2), batch.rows()))
                .containsExactly(Arrays.copyOf(batch.keys(2), batch.rows()));
        assertThatThrownBy(() -> resumed.seek("99:0"))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("cursor=99:0");
    }

    @Test
    void optionsOutsideTheirLimitsAreNamed() {
        assertThatThrownBy(() -> OPTIONS.withWidth(20))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("width=20");
        assertThatThrownBy(() -> OPTIONS.withEpochs(0)).hasMessageContaining("epochs=0");
    }
}
