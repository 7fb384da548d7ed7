package dev.mobula.training.run;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.collective.SharedMemory;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.ModelView;
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
final class Workers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NEVER = Integer.MAX_VALUE;

    private final RunDescription description;
    private final Saving saving;
    private final RunListener first;
    private final LongSupplier nanoClock;
    private final AtomicInteger stopStep = new AtomicInteger(NEVER);
    private volatile boolean asked;

    /// What the first worker does with the model while all tables are there.
    @FunctionalInterface
    interface Conclusion {
        RunRecord of(ModelView model, Outcome outcome);
    }

    /// @param first is told what the first worker does
    Workers(RunDescription description, Saving saving, RunListener first, LongSupplier nanoClock) {
        this.description = description;
        this.saving = saving;
        this.first = first;
        this.nanoClock = nanoClock;
    }

    void stop() {
        asked = true;
    }

    RunRecord run(Conclusion conclusion) {
        int workers = description.common().workers();
        List<TableSpec> specs = description.task().spec(Share.ALL).tables();
        if (workers == 1) {
            try (LocalTables tables =
                    new LocalTables(
                            specs, description.common().seed(), StepKernels.ofThisMachine())) {
                return work(Collective.alone(), tables, conclusion).orElseThrow();
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
            return together(specs, hosts.stream().map(ShardPort::of).toList(), conclusion);
        } finally {
            hosts.forEach(ShardHost::close);
        }
    }

    private RunRecord together(
            List<TableSpec> specs, List<ShardPort> ports, Conclusion conclusion) {
        List<Collective> peers = SharedMemory.group(description.common().workers(), PATIENCE);
        List<Future<Optional<RunRecord>>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(peers.size())) {
            for (Collective own : peers) {
                futures.add(threads.submit(() -> worker(specs, ports, own, conclusion)));
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

    private Optional<RunRecord> worker(
            List<TableSpec> specs, List<ShardPort> ports, Collective own, Conclusion conclusion) {
        try (ShardedTables tables = new ShardedTables(specs, ports, own.rank(), PATIENCE)) {
            return work(own, tables, conclusion);
        } catch (RuntimeException failed) {
            own.abort();
            throw failed;
        }
    }

    private Optional<RunRecord> work(Collective own, Tables tables, Conclusion conclusion) {
        boolean isFirst = own.rank() == 0;
        Stopper listener = new Stopper(isFirst ? first : RunListener.NONE);
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
            return isFirst ? Optional.of(conclusion.of(loop.view(), outcome)) : Optional.empty();
        }
    }

    /// Passes on what its loop says, and stops the loop at the step that all agree on.
    private final class Stopper implements RunListener {
        private final RunListener listener;
        private @Nullable TrainingLoop loop;

        Stopper(RunListener listener) {
            this.listener = listener;
        }

        @Override
        public void onStep(StepReport report) {
            listener.onStep(report);
            if (asked) {
                boolean alone = description.common().workers() == 1;
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
