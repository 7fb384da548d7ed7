package dev.mobula.actors.trainer;

import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.trainer.TrainerProtocol.Event;
import dev.mobula.actors.trainer.TrainerProtocol.Order;
import dev.mobula.actors.trainer.TrainerProtocol.Phase;
import dev.mobula.actors.trainer.TrainerProtocol.Progress;
import dev.mobula.training.TrainingException;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.Plan;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.Saving;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.loop.TrainingLoop;
import dev.mobula.training.table.ShardPort;
import dev.mobula.training.table.ShardedTables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker of a run as a service: it runs one order, on a thread of its own, and says how it fares.
public final class TrainerService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);
    private static final int EVENTS_MAX = 10_000;
    static final int KEPT_CHECKPOINTS = 3;
    private static final Duration END_LIMIT = Duration.ofSeconds(20);
    private static final byte[] DONE = new byte[0];

    private final Cluster cluster;
    private final String host;
    private final ServerSocketChannel listener;
    private final Deque<Event> events = new ArrayDeque<>();
    private Phase phase = Phase.READY;
    private String message = "";
    private @Nullable Outcome outcome;
    private @Nullable Collective peers;
    private @Nullable TrainingLoop loop;
    private @Nullable Thread worker;

    private TrainerService(Cluster cluster, String host, ServerSocketChannel listener) {
        this.cluster = cluster;
        this.host = host;
        this.listener = listener;
    }

    /// Starts a worker that waits for its order.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws IOException {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getByName(context.host()), 0));
            return new TrainerService(context.cluster(), context.host(), listener);
        }
    }

    @Override
    public List<Address> dataPlane() {
        return List.of(new Address(host, listener.socket().getLocalPort()));
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException {
        return switch (op) {
            case TrainerProtocol.MACHINE -> Machine.name().getBytes(StandardCharsets.UTF_8);
            case TrainerProtocol.START -> start(Order.CODEC.decode(request));
            case TrainerProtocol.PROGRESS -> Progress.CODEC.encode(progress());
            case TrainerProtocol.STOP -> stop();
            default -> throw new CallException(Failure.REFUSED, "operation " + op);
        };
    }

    private synchronized byte[] start(Order order) {
        if (phase != Phase.READY) {
            throw new CallException(Failure.REFUSED, "the trainer is " + phase);
        }
        phase = Phase.RUNNING;
        worker =
                Thread.ofPlatform()
                        .name("mobula-trainer-" + order.rank())
                        .start(() -> runToTheEnd(order));
        return DONE;
    }

    private synchronized Progress progress() {
        List<Event> since = new ArrayList<>(events);
        events.clear();
        return new Progress(phase, message, Optional.ofNullable(outcome), since);
    }

    private synchronized byte[] stop() {
        if (loop != null) {
            loop.stop();
        }
        return DONE;
    }

    private void runToTheEnd(Order order) {
        try {
            Outcome ended = run(order);
            synchronized (this) {
                outcome = ended;
                phase = Phase.DONE;
            }
        } catch (TrainingException failed) {
            boolean mayHelpToRepeat =
                    failed.code() == TrainingException.Code.LOST
                            || failed.code() == TrainingException.Code.BUSY;
            fail(mayHelpToRepeat ? Phase.LOST : Phase.FAILED, failed);
        } catch (IOException | CallException failed) {
            fail(Phase.LOST, failed);
        } catch (RuntimeException failed) {
            fail(Phase.FAILED, failed);
        }
    }

    private synchronized void fail(Phase how, Exception failed) {
        LOG.warn("the trainer stops: {}", failed.getMessage());
        message = String.valueOf(failed.getMessage());
        phase = how;
    }

    private Outcome run(Order order) throws IOException {
        Plan plan = order.blueprint().plan();
        List<ShardPort> ports =
                order.shards().stream().map(shard -> port(shard, order.patience())).toList();
        Path folder = Path.of(order.store());
        Optional<Checkpoint> from =
                order.from()
                        .map(
                                path ->
                                        CheckpointStore.verify(Path.of(path))
                                                .orElseThrow(() -> notWhole(path)));
        Optional<CheckpointStore> store =
                order.rank() == 0
                        ? Optional.of(CheckpointStore.open(folder, KEPT_CHECKPOINTS))
                        : Optional.empty();
        try (Collective joined = Workers.join(order, listener);
                ShardedTables tables =
                        new ShardedTables(
                                plan.task().spec(Share.ALL).tables(),
                                ports,
                                order.rank(),
                                order.patience())) {
            setPeers(joined);
            try (TrainingLoop running =
                    new TrainingLoop(
                            plan.task(),
                            plan.settings(),
                            tables,
                            joined,
                            new Saving(store, from, Map.of()),
                            order.rank() == 0 ? new Recorder() : RunListener.NONE,
                            System::nanoTime)) {
                setLoop(running);
                return running.run();
            } finally {
                setLoop(null);
            }
        } finally {
            setPeers(null);
            store.ifPresent(CheckpointStore::close);
        }
    }

    private static TrainingException notWhole(String path) {
        return new TrainingException(
                TrainingException.Code.CORRUPT, "checkpoint " + path + " is not whole any more");
    }

    private synchronized void setPeers(@Nullable Collective joined) {
        peers = joined;
    }

    private synchronized void setLoop(@Nullable TrainingLoop running) {
        loop = running;
    }

    private ShardPort port(String shard, Duration patience) {
        ServiceRef ref = new ServiceRef(shard, 1);
        return (op, body) -> {
            CompletableFuture<byte[]> answer =
                    cluster.call(ref, Request.of(op, body).within(patience));
            return answer.exceptionallyCompose(
                    failed -> CompletableFuture.failedFuture(lost(shard, failed)));
        };
    }

    private static TrainingException lost(String shard, Throwable failed) {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        return new TrainingException(
                TrainingException.Code.LOST, "table shard " + shard + ": " + cause, failed);
    }

    /// Keeps what happens for whoever asks; the oldest steps go when nobody does.
    private final class Recorder implements RunListener {
        private void add(Event event) {
            synchronized (TrainerService.this) {
                if (events.size() == EVENTS_MAX) {
                    events.removeFirst();
                }
                events.add(event);
            }
        }

        @Override
        public void onStep(StepReport report) {
            add(new Event.Step(report));
        }

        @Override
        public void onEvaluation(int step, Map<String, Double> metrics) {
            add(new Event.Evaluated(step, metrics));
        }

        @Override
        public void onCheckpoint(Checkpoint checkpoint) {
            add(new Event.Saved(checkpoint.folder().toString()));
        }

        @Override
        public void onCheckpointFailed(int step, String text) {
            add(new Event.NotSaved(step, text));
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Thread running;
        synchronized (this) {
            if (peers != null) {
                peers.abort();
            }
            if (loop != null) {
                loop.stop();
            }
            running = worker;
        }
        if (running != null) {
            end(running);
        }
    }

    /// Waits for the run's thread, which holds the store's lock.
    private static void end(Thread running) throws IOException {
        running.interrupt();
        try {
            if (!running.join(END_LIMIT)) {
                throw new IOException("the run did not end within " + END_LIMIT);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the run ends", interrupted);
        }
    }
}
