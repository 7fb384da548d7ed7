package dev.mobula.training.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.Outcome.Reason;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.optimize.EarlyStop;
import dev.mobula.training.table.LocalTables;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrainingLoopTest {
    private static final LoopSettings SETTINGS =
            LoopSettings.of(7, 200, DenseSettings.adam(0.01)).withPrefetching(false);

    private record Run(Outcome outcome, List<Double> losses, float[] users, float[] weights) {}

    private static Run train(LoopSettings settings, int stepsMax) {
        Clicks task = new Clicks(stepsMax);
        List<Double> losses = new ArrayList<>();
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onStep(StepReport report) {
                        losses.add(report.loss());
                    }
                };
        try (LocalTables tables =
                        new LocalTables(
                                task.spec(Share.ALL).tables(),
                                settings.seed(),
                                StepKernels.ofThisMachine());
                TrainingLoop loop =
                        new TrainingLoop(
                                task,
                                settings,
                                tables,
                                Collective.alone(),
                                Saving.NONE,
                                listener,
                                System::nanoTime)) {
            Outcome outcome = loop.run();
            return new Run(
                    outcome,
                    losses,
                    loop.view().embeddings("users", loop.view().keys("users")),
                    loop.view().parameter("w1"));
        }
    }

    @Test
    void theLossFallsWhenThereIsSomethingToLearn() {
        Run run = train(SETTINGS, 1000);
        assertThat(run.outcome().reason()).isEqualTo(Reason.STEPS_DONE);
        assertThat(run.losses().getFirst()).isGreaterThan(0.6);
        assertThat(run.outcome().lastLoss()).isLessThan(0.2);
    }

    @Test
    void prefetchingChangesNoBit() {
        Run plain = train(SETTINGS, 1000);
        Run prefetched = train(SETTINGS.withPrefetching(true), 1000);
        assertThat(prefetched.losses()).isEqualTo(plain.losses());
        assertThat(prefetched.users()).containsExactly(plain.users());
        assertThat(prefetched.weights()).containsExactly(plain.weights());
    }

    @Test
    void theRunEndsWithItsData() {
        assertThat(train(SETTINGS, 3).outcome().reason()).isEqualTo(Reason.DATA_OVER);
        assertThat(train(SETTINGS.withPrefetching(true), 3).outcome().steps()).isEqualTo(3);
    }

    @Test
    void aMetricThatStopsImprovingEndsTheRun() {
        LoopSettings settings =
                SETTINGS.evaluatingEvery(5).stoppingEarly(new EarlyStop("sum", true, 2, 1e9));
        Run run = train(settings, 1000);
        assertThat(run.outcome().reason()).isEqualTo(Reason.STOPPED_EARLY);
        assertThat(run.outcome().steps()).isEqualTo(15);
    }
}
