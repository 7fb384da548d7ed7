package dev.mobula.training.loop;

import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.table.ShardHost;
import dev.mobula.training.table.ShardPort;
import dev.mobula.training.table.ShardedTables;
import dev.mobula.training.table.TableSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Workers on threads of this process that share a run, with table shards beside them.
final class Crew {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Crew() {}

    static List<Outcome> run(Path folder, LoopSettings settings, List<Collective> peers, int shards)
            throws IOException, InterruptedException {
        List<TableSpec> specs = new Clicks(1).spec(Share.ALL).tables();
        List<ShardHost> hosts = new ArrayList<>();
        for (int s = 0; s < shards; s++) {
            hosts.add(
                    new ShardHost(
                            specs,
                            s,
                            shards,
                            peers.size(),
                            settings.seed(),
                            PATIENCE,
                            StepKernels.ofThisMachine()));
        }
        List<ShardPort> ports = hosts.stream().map(ShardPort::of).toList();
        try (CheckpointStore store = CheckpointStore.open(folder, 2);
                ExecutorService threads = Executors.newFixedThreadPool(peers.size())) {
            Optional<Checkpoint> from = store.latest();
            List<Future<Outcome>> futures = new ArrayList<>();
            for (Collective own : peers) {
                Optional<CheckpointStore> writes =
                        own.rank() == 0 ? Optional.of(store) : Optional.empty();
                Saving saving = new Saving(writes, from, Map.of());
                Callable<Outcome> worker = () -> work(settings, own, specs, ports, saving);
                futures.add(threads.submit(worker));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> future : futures) {
                outcomes.add(future.get());
            }
            return outcomes;
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } finally {
            hosts.forEach(ShardHost::close);
        }
    }

    private static Outcome work(
            LoopSettings settings,
            Collective own,
            List<TableSpec> specs,
            List<ShardPort> ports,
            Saving saving) {
        try (ShardedTables tables = new ShardedTables(specs, ports, own.rank(), PATIENCE);
                TrainingLoop loop =
                        new TrainingLoop(
                                new Clicks(1 << 20),
                                settings,
                                tables,
                                own,
                                saving,
                                RunListener.NONE,
                                System::nanoTime)) {
            return loop.run();
        } catch (RuntimeException failed) {
            own.abort();
            throw failed;
        }
    }
}
