package dev.mobula.training.run;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.collective.SharedMemory;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.Saving;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.loop.TrainingLoop;
import dev.mobula.training.table.LocalTables;
import dev.mobula.training.table.ShardHost;
import dev.mobula.training.table.ShardPort;
import dev.mobula.training.table.ShardedTables;
import dev.mobula.training.table.TableSpec;
import dev.mobula.training.table.Tables;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The workers of a run on threads of this process, with a shard of every table for each.
///
/// They meet in every step, so no worker is more than one step ahead of another: whoever first notices that the run is to
/// stop names the step after its own, and all stop there.
final class Workers implements Crew {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NEVER = Integer.MAX_VALUE;

    private final LongSupplier nanoClock;
    private final AtomicInteger stopStep = new AtomicInteger(NEVER);
    private volatile boolean asked;

    Workers(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public void stop() {
        asked = true;
    }

    @Override
    public RunRecord train(Job job, Listener listener, Conclusion conclusion) throws IOException {
        RunDescription description = job.description();
        try (CheckpointStore store =
                CheckpointStore.open(job.checkpoints(), description.common().checkpointsKept())) {
            Saving saving =
                    new Saving(
                            Optional.of(store),
                            job.from(),
                            Map.of("description", description.sha256()));
            return new Attempt(description, saving, listener, conclusion).run();
        }
    }

    /// The threads of one run.
    private final class Attempt {
        private final RunDescription description;
        private final Saving saving;
        private final RunListener first;
        private final Conclusion conclusion;

        Attempt(
                RunDescription description,
                Saving saving,
                RunListener first,
                Conclusion conclusion) {
            this.description = description;
            this.saving = saving;
            this.first = first;
            this.conclusion = conclusion;
        }

        RunRecord run() {
            int workers = description.common().workers();
            List<TableSpec> specs = description.task().spec(Share.ALL).tables();
            if (workers == 1) {
                try (LocalTables tables =
                        new LocalTables(
                                specs, description.common().seed(), StepKernels.ofThisMachine())) {
                    return work(Collective.alone(), tables).orElseThrow();
                }
            }
            List<ShardHost> hosts = new ArrayList<>();
            try {
                for (int shard = 0; shard < workers; shard++) {
                    hosts.add(
                            new ShardHost(
                                    specs,
                                    shard,
                                    workers,
                                    workers,
                                    description.common().seed(),
                                    PATIENCE,
                                    StepKernels.ofThisMachine()));
                }
                return together(specs, hosts.stream().map(ShardPort::of).toList());
            } finally {
                hosts.forEach(ShardHost::close);
            }
        }

        private RunRecord together(List<TableSpec> specs, List<ShardPort> ports) {
            List<Collective> peers = SharedMemory.group(description.common().workers(), PATIENCE);
            List<Future<Optional<RunRecord>>> futures = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(peers.size())) {
                for (Collective own : peers) {
                    futures.add(threads.submit(() -> worker(specs, ports, own)));
                }
            }
            peers.forEach(Collective::close);
            @Nullable TrainingException failed = null;
            @Nullable RunRecord record = null;
            for (Future<Optional<RunRecord>> future : futures) {
                try {
                    record = future.get().orElse(record);
                } catch (ExecutionException e) {
                    failed = worse(failed, e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failed = worse(failed, e);
                }
            }
            if (failed != null || record == null) {
                throw failed == null
                        ? new TrainingException(Code.LOST, "no worker came to an end")
                        : failed;
            }
            return record;
        }

        private Optional<RunRecord> worker(
                List<TableSpec> specs, List<ShardPort> ports, Collective own) {
            try (ShardedTables tables = new ShardedTables(specs, ports, own.rank(), PATIENCE)) {
                return work(own, tables);
            } catch (RuntimeException failed) {
                own.abort();
                throw failed;
            }
        }

        private Optional<RunRecord> work(Collective own, Tables tables) {
            boolean isFirst = own.rank() == 0;
            Stopper listener =
                    new Stopper(
                            isFirst ? first : RunListener.NONE,
                            description.common().workers() == 1);
            Saving ownSaving =
                    isFirst ? saving : new Saving(Optional.empty(), saving.from(), saving.notes());
            try (TrainingLoop loop =
                    new TrainingLoop(
                            description.task(),
                            description.loop(),
                            tables,
                            own,
                            ownSaving,
                            listener,
                            nanoClock)) {
                listener.loop = loop;
                if (asked && description.common().workers() == 1) {
                    loop.stop();
                }
                Outcome outcome = loop.run();
                return isFirst
                        ? Optional.of(conclusion.of(loop.view(), outcome))
                        : Optional.empty();
            }
        }
    }

    /// The cause rather than those who missed the one that it happened to.
    private static TrainingException worse(
            @Nullable TrainingException before, @Nullable Throwable cause) {
        if (before != null && before.code() != Code.LOST) {
            return before;
        }
        if (cause instanceof TrainingException own) {
            return own;
        }
        return cause == null
                ? new TrainingException(Code.LOST, "a worker failed")
                : new TrainingException(Code.LOST, "a worker failed: " + cause, cause);
    }

    /// Passes on what its loop says, and stops the loop at the step that all agree on.
    private final class Stopper implements RunListener {
        private final RunListener listener;
        private final boolean alone;
        private @Nullable TrainingLoop loop;

        Stopper(RunListener listener, boolean alone) {
            this.listener = listener;
            this.alone = alone;
        }

        @Override
        public void onStep(StepReport report) {
            listener.onStep(report);
            if (asked) {
                stopStep.compareAndSet(NEVER, alone ? report.step() : report.step() + 1);
            }
            if (report.step() >= stopStep.get() && loop != null) {
                loop.stop();
            }
        }

        @Override
        public void onEvaluation(int step, Map<String, Double> metrics) {
            listener.onEvaluation(step, metrics);
        }

        @Override
        public void onCheckpoint(Checkpoint checkpoint) {
            listener.onCheckpoint(checkpoint);
        }

        @Override
        public void onCheckpointFailed(int step, String message) {
            listener.onCheckpointFailed(step, message);
        }
    }
}
