package dev.mobula.training.run;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.checkpoint.CodeHash;
import dev.mobula.training.durable.FolderLock;
import dev.mobula.training.durable.Folders;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.run.RunRecord.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Runs what a description says, in a folder of its own: begun once, taken up again as often as it was broken off.
///
/// The folder is locked meanwhile. Data that changes under the run is noticed at every checkpoint and evaluation and ends
/// it. What ends well is judged on the test data, and published as a bundle when the description names a store.
public final class Experiment {
    private final RunDescription description;
    private final RunFolder folder;
    private final RunWatcher watcher;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Crew crew;

    /// With workers on threads of this process.
    public Experiment(
            RunDescription description,
            RunFolder folder,
            RunWatcher watcher,
            InstantSource clock,
            LongSupplier nanoClock) {
        this(description, folder, watcher, new Workers(nanoClock), clock, nanoClock);
    }

    public Experiment(
            RunDescription description,
            RunFolder folder,
            RunWatcher watcher,
            Crew crew,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.crew = crew;
        this.description = description;
        this.folder = folder;
        this.watcher = watcher;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /// Asks the run to stop after the step it is at; from any thread.
    public void stop() {
        crew.stop();
    }

    /// Runs to the end, or to [#stop].
    public RunRecord run() {
        try (FolderLock _ = folder.hold()) {
            Optional<Checkpoint> from = newest();
            int afterStep = from.map(checkpoint -> checkpoint.manifest().step()).orElse(0);
            RunRecord begun = begin(afterStep);
            try (MetricsLog metrics = MetricsLog.open(folder.path(), afterStep)) {
                RunRecord ended = train(begun, from, metrics);
                folder.write(ended);
                metrics.sync();
                finish(ended);
                return ended;
            } catch (RuntimeException e) {
                RunRecord failed =
                        folder.require().ended(State.FAILED, now(), String.valueOf(e.getMessage()));
                folder.write(failed);
                finish(failed);
                throw e;
            }
        } catch (IOException e) {
            throw new TrainingException(Code.IO, folder.path() + ": " + e, e);
        }
    }

    private Optional<Checkpoint> newest() throws IOException {
        try (CheckpointStore store =
                CheckpointStore.open(
                        folder.checkpoints(), description.common().checkpointsKept())) {
            return store.latest();
        }
    }

    private void finish(RunRecord record) {
        RunReport.write(folder);
        watcher.ended(record);
    }

    private String now() {
        return clock.instant().toString();
    }

    private RunRecord begin(int afterStep) {
        Optional<RunRecord> before = folder.record();
        String sha = description.sha256();
        if (before.isPresent() && !before.get().description().equals(sha)) {
            throw new TrainingException(
                    Code.BUSY,
                    folder.path()
                            + " holds a run of another description; give this one another name");
        }
        if (before.isPresent() && before.get().state() == State.DONE) {
            throw new TrainingException(Code.BUSY, folder.path() + ": this run is done");
        }
        RunRecord record =
                new RunRecord(
                        String.valueOf(folder.path().getFileName()),
                        description.common().name(),
                        description.common().recipe(),
                        State.RUNNING,
                        before.map(RunRecord::startedAtUtc).orElseGet(this::now),
                        "",
                        sha,
                        CodeHash.ofThisProcess(),
                        description.task().data(),
                        environment(),
                        afterStep,
                        description.loop().steps(),
                        before.map(RunRecord::lastLoss).orElse(0.0),
                        "",
                        Map.of(),
                        "");
        folder.describe(description.text());
        folder.write(record);
        watcher.began(record, afterStep);
        return record;
    }

    private static Map<String, String> environment() {
        Map<String, String> found = new TreeMap<>();
        found.put("java", System.getProperty("java.version"));
        found.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        found.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        found.put("heap bytes", Long.toString(Runtime.getRuntime().maxMemory()));
        found.put("kernels", StepKernels.ofThisMachine().toString());
        return found;
    }

    private RunRecord train(RunRecord begun, Optional<Checkpoint> from, MetricsLog metrics)
            throws IOException {
        Recorder recorder = new Recorder(begun, metrics);
        return crew.train(
                new Crew.Job(description, folder.checkpoints(), from),
                recorder,
                (model, outcome) -> conclude(recorder.record, model, outcome));
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    private RunRecord conclude(RunRecord before, ModelView model, Outcome outcome) {
        description.task().requireUnchanged();
        RunRecord record = before.at(outcome.steps(), finite(outcome.lastLoss()));
        if (outcome.reason() == Outcome.Reason.ASKED_TO_STOP) {
            return record.ended(State.STOPPED, now(), "stopped at step " + outcome.steps());
        }
        Evidence evidence = description.task().judge(model);
        RunRecord judged = record.with(evidence.metrics());
        if (description.output().isPresent()) {
            judged = judged.published(publish(judged, model, evidence, description.output().get()));
        }
        return judged.ended(State.DONE, now(), outcome.reason().name().toLowerCase(Locale.ROOT));
    }

    private String publish(
            RunRecord record, ModelView model, Evidence evidence, RunDescription.Output output) {
        Path files = folder.path().resolve("export");
        try {
            Folders.delete(files);
            Files.createDirectories(files);
            Lineage lineage =
                    new Lineage(
                            record.id(),
                            record.description(),
                            record.code(),
                            record.environment().getOrDefault("kernels", ""),
                            record.data(),
                            List.of());
            BundleDraft draft = new BundleDraft(output.name(), lineage, evidence);
            description.task().export(model, files, draft);
            String id = BundleStore.open(output.store(), output.bytesMax(), clock).publish(draft);
            Folders.delete(files);
            return id;
        } catch (IOException e) {
            throw new TrainingException(Code.IO, files + ": " + e, e);
        }
    }

    /// Writes down what the loop says.
    private final class Recorder implements Crew.Listener {
        private final MetricsLog metrics;
        private final long startNanos = nanoClock.getAsLong();
        private final double secondsBefore;
        private RunRecord record;

        Recorder(RunRecord record, MetricsLog metrics) {
            this.record = record;
            this.metrics = metrics;
            List<MetricsLog.Entry> before = MetricsLog.read(folder.path());
            this.secondsBefore = before.isEmpty() ? 0 : before.getLast().seconds();
        }

        private double seconds() {
            return secondsBefore + (nanoClock.getAsLong() - startNanos) / 1e9;
        }

        @Override
        public void onStep(StepReport report) {
            Map<String, Double> values =
                    Map.of(
                            "loss", report.loss(),
                            "gradient norm", report.gradientNorm(),
                            "rate factor", report.rateFactor(),
                            "rows per second", report.rows() * 1e9 / Math.max(1, report.nanos()),
                            "waiting for data",
                                    (double) report.waitNanos() / Math.max(1, report.nanos()));
            metrics.add(new MetricsLog.Entry(report.step(), seconds(), false, values));
            watcher.step(report, description.loop().steps(), description.common().batchRows());
            record = record.at(report.step(), finite(report.loss()));
        }

        @Override
        public void onEvaluation(int step, Map<String, Double> found) {
            description.task().requireUnchanged();
            metrics.add(new MetricsLog.Entry(step, seconds(), true, found));
            metrics.sync();
            record = record.with(found);
            folder.write(record);
            watcher.evaluated(step, found);
        }

        @Override
        public void onCheckpoint(Checkpoint checkpoint) {
            description.task().requireUnchanged();
            metrics.sync();
            folder.write(record);
        }

        @Override
        public void onLost(String message, int fromStep) {
            metrics.forgetAfter(fromStep);
            watcher.warned("going on from step " + fromStep + ": " + message);
        }

        @Override
        public void onCheckpointFailed(int step, String message) {
            watcher.warned("the checkpoint at step " + step + " was not written: " + message);
        }
    }
}
