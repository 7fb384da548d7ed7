package dev.mobula.actors.trainer;

import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.trainer.TrainerProtocol.Order;
import dev.mobula.actors.trainer.TrainerProtocol.Progress;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.table.ShardHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The services of one attempt at a run: fresh shards, fresh trainers, gone together.
final class Generation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEY_BYTES = 32;
    private static final int SPARE_THREADS = 2;
    private static final Duration ABORT_LIMIT = Duration.ofSeconds(1);

    /// Pushes wait for each other, so none may wait behind another in a batch.
    private static final MailboxLimits SHARD_LIMITS =
            MailboxLimits.standard()
                    .withBatch(1, Duration.ZERO)
                    .withBytesMax(1L << 30)
                    .withRequestBytesMax(128 << 20);

    private final Cluster cluster;
    private final List<ServiceRef> shards = new ArrayList<>();
    private final List<ServiceRef> trainers = new ArrayList<>();

    private Generation(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Spawns everything, or leaves nothing.
    static Generation spawn(
            Cluster cluster,
            String name,
            Blueprint blueprint,
            TrainingSettings settings,
            int workers) {
        Generation made = new Generation(cluster);
        try {
            for (int i = 0; i < settings.shards(); i++) {
                TableShardService.Settings shard =
                        new TableShardService.Settings(
                                blueprint, i, settings.shards(), workers, settings.patience());
                made.shards.add(
                        cluster.spawn(
                                ServiceSpec.named(
                                                name + "-shard-" + i,
                                                TableShardService.Factory.class)
                                        .settings(TableShardService.Settings.CODEC.encode(shard))
                                        .resources(settings.shardResources())
                                        .jvmOptions(settings.jvmOptions().toArray(String[]::new))
                                        .threads(workers + SPARE_THREADS)
                                        .limits(SHARD_LIMITS)
                                        .restartsMax(0)
                                        .build()));
            }
            for (int i = 0; i < workers; i++) {
                made.trainers.add(
                        cluster.spawn(
                                ServiceSpec.named(
                                                name + "-trainer-" + i,
                                                TrainerService.Factory.class)
                                        .resources(settings.trainerResources())
                                        .jvmOptions(settings.jvmOptions().toArray(String[]::new))
                                        .threads(SPARE_THREADS)
                                        .restartsMax(0)
                                        .build()));
            }
            return made;
        } catch (RuntimeException failed) {
            made.close();
            throw failed;
        }
    }

    /// Gives every trainer its order.
    void start(
            Blueprint blueprint, Path store, Optional<Checkpoint> from, TrainingSettings settings) {
        List<Address> addresses = new ArrayList<>();
        for (ServiceRef trainer : trainers) {
            addresses.add(cluster.dataPlane(trainer).getFirst().getFirst());
        }
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        Optional<String> memory = sharedMemory();
        for (int rank = 0; rank < trainers.size(); rank++) {
            Order order =
                    new Order(
                            blueprint,
                            rank,
                            trainers.size(),
                            addresses.get((rank + 1) % trainers.size()),
                            key,
                            memory,
                            shards.stream().map(ServiceRef::name).toList(),
                            store.toAbsolutePath().toString(),
                            from.map(it -> it.folder().toAbsolutePath().toString()),
                            settings.patience());
            ask(trainers.get(rank), TrainerProtocol.START, Order.CODEC.encode(order));
        }
    }

    /// A fresh file's name, when all trainers are on one machine.
    private Optional<String> sharedMemory() {
        if (trainers.size() == 1) {
            return Optional.empty();
        }
        List<String> machines = new ArrayList<>();
        for (ServiceRef trainer : trainers) {
            byte[] name = ask(trainer, TrainerProtocol.MACHINE, new byte[0]);
            machines.add(new String(name, StandardCharsets.UTF_8));
        }
        boolean isOne = machines.stream().distinct().count() == 1;
        if (!isOne || machines.getFirst().isEmpty()) {
            return Optional.empty();
        }
        byte[] mark = new byte[16];
        RANDOM.nextBytes(mark);
        String file = "mobula-" + HexFormat.of().formatHex(mark);
        return Optional.of(Machine.MEMORY.resolve(file).toString());
    }

    /// How every trainer fares, in order of rank; a [CallException] when one does not answer.
    List<Progress> progress() {
        List<Progress> all = new ArrayList<>();
        for (ServiceRef trainer : trainers) {
            byte[] answer = ask(trainer, TrainerProtocol.PROGRESS, new byte[0]);
            all.add(Progress.CODEC.decode(answer));
        }
        return all;
    }

    /// Lets every trainer end its step and stop.
    void stop() {
        trainers.forEach(trainer -> ask(trainer, TrainerProtocol.STOP, new byte[0]));
    }

    private byte[] ask(ServiceRef service, int op, byte[] body) {
        try {
            return cluster.call(service, Request.of(op, body).within(CALL_LIMIT)).join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof CallException typed ? typed : failed;
        }
    }

    @Override
    public void close() {
        for (ServiceRef shard : shards) {
            cluster.call(shard, Request.of(ShardHost.ABORT, new byte[0]).within(ABORT_LIMIT))
                    .exceptionally(gone -> new byte[0])
                    .join();
        }
        List<ServiceRef> all = new ArrayList<>(trainers);
        all.addAll(shards);
        for (ServiceRef service : all) {
            try {
                cluster.stop(service);
            } catch (RuntimeException gone) {
                LOG.debug("{} does not stop: {}", service.name(), gone.getMessage());
            }
        }
    }
}
