package dev.mobula.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.trainer.TrainingSettings.WhenLost;
import dev.mobula.training.TrainingException;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.run.Crew;
import dev.mobula.training.run.MetricsLog;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunRecord.State;
import dev.mobula.training.run.RunWatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterCrewTest {
    private static final int STEPS = 120;

    @TempDir Path root;

    private final InJvmCluster cluster = new InJvmCluster(Optional.empty());

    @AfterEach
    void close() {
        cluster.close();
    }

    private Crew crew(String name, WhenLost whenLost) {
        return new ClusterCrew(cluster, name, TrainingSettings.of(2, 2).when(whenLost));
    }

    /// Takes a service away once the run has made some steps, and keeps what it was warned of.
    private final class Thief implements RunWatcher {
        private final String service;
        private final List<String> warnings = new ArrayList<>();
        private boolean done;

        private Thief(String service) {
            this.service = service;
        }

        @Override
        public void step(StepReport report, int wanted, int rows) {
            if (report.step() >= 30 && !done) {
                done = true;
                cluster.stop(new ServiceRef(service, 1));
            }
        }

        @Override
        public void warned(String message) {
            warnings.add(message);
        }
    }

    @Test
    void servicesEndWithTheWeightsThatThreadsEndWith() throws Exception {
        DescribedRun run = new DescribedRun(root);
        Path file = run.write("same", STEPS);
        RunRecord threads = run.run(file, "threads", Optional.empty(), RunWatcher.NONE);
        RunRecord services =
                run.run(
                        file,
                        "services",
                        Optional.of(crew("same", WhenLost.WAIT)),
                        RunWatcher.NONE);
        assertThat(services.state()).isEqualTo(State.DONE);
        assertThat(run.weights(services)).isEqualTo(run.weights(threads));
        assertThat(services.metrics()).isEqualTo(threads.metrics());
        assertThat(run.folder("services").report()).exists();
    }

    @Test
    void aLostWorkerCostsNeitherABitNorARecord() throws Exception {
        DescribedRun run = new DescribedRun(root);
        Path file = run.write("lost", STEPS);
        RunRecord threads = run.run(file, "threads", Optional.empty(), RunWatcher.NONE);
        Thief thief = new Thief("lost-1-trainer-1");
        RunRecord services =
                run.run(file, "services", Optional.of(crew("lost", WhenLost.WAIT)), thief);
        assertThat(thief.warnings).hasSize(1);
        assertThat(run.weights(services)).isEqualTo(run.weights(threads));
        List<Integer> steps =
                MetricsLog.read(root.resolve("runs").resolve("services")).stream()
                        .filter(entry -> !entry.evaluated())
                        .map(MetricsLog.Entry::step)
                        .toList();
        assertThat(steps).isSorted().doesNotHaveDuplicates().hasSize(STEPS);
    }

    @Test
    void aRunMayGoOnWithOneWorkerLess() throws Exception {
        DescribedRun run = new DescribedRun(root);
        Path file = run.write("less", STEPS);
        Thief thief = new Thief("less-1-shard-0");
        RunRecord record = run.run(file, "less", Optional.of(crew("less", WhenLost.SHRINK)), thief);
        assertThat(record.state()).isEqualTo(State.DONE);
        assertThat(thief.warnings).singleElement().asString().contains("workers=1");
    }

    @Test
    void dataThatChangesUnderARunEndsItAndNothingIsPublished() throws Exception {
        DescribedRun run = new DescribedRun(root);
        Path file = run.write("changed", STEPS);
        RunWatcher changer =
                new RunWatcher() {
                    private boolean done;

                    @Override
                    public void step(StepReport report, int wanted, int rows) {
                        if (!done) {
                            done = true;
                            run.changeData();
                        }
                    }
                };
        Crew crew = crew("changed", WhenLost.WAIT);
        assertThatThrownBy(() -> run.run(file, "changed", Optional.of(crew), changer))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("events.txt");
        assertThat(run.folder("changed").require().state()).isEqualTo(State.FAILED);
        assertThat(run.hasPublished()).isFalse();
        assertThat(cluster.services()).isEmpty();
    }

    @Test
    void workersThatTheDescriptionDoesNotNameAreRefused() throws Exception {
        DescribedRun run = new DescribedRun(root);
        Path file = run.write("three", STEPS);
        Crew three = new ClusterCrew(cluster, "three", TrainingSettings.of(3, 1));
        assertThatThrownBy(() -> run.run(file, "three", Optional.of(three), RunWatcher.NONE))
                .hasMessageContaining("workers=3: must be the description's");
    }
}
