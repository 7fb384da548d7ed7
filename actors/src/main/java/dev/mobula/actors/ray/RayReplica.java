package dev.mobula.actors.ray;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ReplicaPort;
import dev.mobula.actors.runtime.Reply;
import dev.mobula.actors.transport.IoLoop;
import dev.mobula.actors.transport.ServiceConnection;
import io.ray.api.ActorHandle;
import io.ray.api.ObjectRef;
import io.ray.api.call.ActorTaskCaller;
import io.ray.api.exception.RayTimeoutException;
import io.ray.api.function.RayFunc1;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One replica of a service as its callers see it, through all its lives.
///
/// While the connection is lost, calls fail at once, and a thread asks Ray for the replica's next
/// address until there is one.
final class RayReplica implements ReplicaPort, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RayReplica.class);
    private static final int PATIENCE_MILLIS = 2_000;
    private static final long RETRY_NANOS = Duration.ofMillis(50).toNanos();

    private final String name;
    private final ActorHandle<ServiceActor> actor;
    private final IoLoop loop;
    private final ExecutorService threads;
    private volatile @Nullable ServiceConnection connection;
    private volatile @Nullable Description description;
    private volatile boolean closed;

    RayReplica(String name, ActorHandle<ServiceActor> actor, IoLoop loop, ExecutorService threads) {
        this.name = name;
        this.actor = actor;
        this.loop = loop;
        this.threads = threads;
    }

    /// Asks the actor where it is and connects; returns when calls can be made.
    Description connect(Duration limit) {
        return connect(limit, () -> true);
    }

    /// The same, given up as soon as nothing is there any more to wait for.
    Description connect(Duration limit, BooleanSupplier isThere) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            try {
                return connectOnce(left);
            } catch (CallException failed) {
                boolean isOver = System.nanoTime() >= deadline || !isThere.getAsBoolean();
                if (!failed.failure().retryable() || isOver) {
                    throw failed;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private Description connectOnce(Duration limit) {
        Description found = describe(limit);
        connectTo(found);
        return found;
    }

    private void connectTo(Description found) {
        try {
            ServiceConnection fresh =
                    ServiceConnection.connect(found.endpoint(), loop, this::reconnect);
            install(fresh, found);
        } catch (IOException refused) {
            throw unavailable("at " + found.endpoint() + ": " + refused.getMessage(), refused);
        }
    }

    /// A connection that is lost already is not installed, and never replaces one that works: several
    /// threads may seek the replica at once.
    private synchronized void install(ServiceConnection fresh, Description found) {
        ServiceConnection former = connection;
        if (!fresh.open()) {
            throw unavailable("the connection was lost at once");
        }
        if (closed || (former != null && former.open())) {
            fresh.close();
        } else {
            description = found;
            connection = fresh;
        }
    }

    /// Forgets the connection unless it works; true when the replica is to be sought.
    private synchronized boolean uninstallLost() {
        ServiceConnection current = connection;
        if (current != null && current.open()) {
            return false;
        }
        connection = null;
        return !closed;
    }

    /// Asks the actor, through Ray, what it is now.
    Description describe(Duration limit) {
        return Description.CODEC.decode(ask(ServiceActor::describe, limit));
    }

    /// Runs until the replica is back; on the loop's thread it only hands the work over.
    private void reconnect(String reason) {
        if (!uninstallLost()) {
            return;
        }
        LOG.debug("service {} lost: {}", name, reason);
        try {
            threads.execute(this::seek);
        } catch (RejectedExecutionException leaving) {
            LOG.debug("service {} is not sought any more", name);
        }
    }

    /// Ray holds one question back until the replica lives again and then puts it to the new
    /// instance, so there is one question under way and no polling.
    private void seek() {
        Optional<ObjectRef<byte[]>> asked = Optional.empty();
        while (!closed && connection == null && !RaySession.left()) {
            try {
                ObjectRef<byte[]> question =
                        asked.orElseGet(() -> submit(actor.task(ServiceActor::describe)));
                asked = Optional.of(question);
                byte[] outcome = RaySession.ask(() -> question.get(PATIENCE_MILLIS));
                asked = Optional.empty();
                connectTo(Description.CODEC.decode(Outcome.require(outcome)));
            } catch (RayTimeoutException stillAway) {
                LOG.debug("service {} is still away", name);
            } catch (RuntimeException notYet) {
                asked = Optional.empty();
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /// Calls a method of the actor through Ray and opens its outcome.
    byte[] ask(RayFunc1<ServiceActor, byte[]> method, Duration limit) {
        return resolve(submit(actor.task(method)), limit);
    }

    byte[] receive(int op, long budgetNanos, ObjectRef<ByteBuffer> shipment) {
        Duration limit = Duration.ofNanos(2 * budgetNanos);
        return resolve(
                submit(
                        actor.task(
                                ServiceActor::receive,
                                description().pid(),
                                op,
                                budgetNanos,
                                shipment)),
                limit);
    }

    private static ObjectRef<byte[]> submit(ActorTaskCaller<byte[]> task) {
        return RaySession.ask(task::remote);
    }

    private byte[] resolve(ObjectRef<byte[]> result, Duration limit) {
        try {
            return Outcome.require(await(result, limit));
        } catch (CallException known) {
            throw known;
        } catch (RuntimeException lost) {
            throw unavailable(String.valueOf(lost.getMessage()), lost);
        }
    }

    /// Waits in short turns, so that a process which leaves need not wait for the answer.
    private static byte[] await(ObjectRef<byte[]> result, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            long leftMillis = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
            int turn = (int) Math.min(leftMillis, PATIENCE_MILLIS);
            try {
                return RaySession.ask(() -> result.get(turn));
            } catch (RayTimeoutException notYet) {
                if (System.nanoTime() >= deadline) {
                    throw notYet;
                }
            }
        }
    }

    /// Ends the process at once; Ray replaces it when it may.
    void crash() {
        RaySession.tell(() -> actor.kill(false));
    }

    /// Ends the process for good.
    void kill() {
        closed = true;
        try {
            RaySession.tell(() -> actor.kill(true));
        } finally {
            disconnect();
        }
    }

    /// What the replica last said of itself.
    Description description() {
        Description last = description;
        if (last == null) {
            throw unavailable("it has not answered yet");
        }
        return last;
    }

    private CallException unavailable(String why) {
        return new CallException(Failure.UNAVAILABLE, "service " + name + ": " + why);
    }

    private CallException unavailable(String why, Throwable cause) {
        return new CallException(Failure.UNAVAILABLE, "service " + name + ": " + why, cause);
    }

    @Override
    public boolean open() {
        return connection != null;
    }

    @Override
    public int load() {
        ServiceConnection current = connection;
        return current == null ? 0 : current.load();
    }

    @Override
    public void post(int op, byte[] body, Reply reply) {
        ServiceConnection current = connection;
        if (current == null) {
            reply.fail(Failure.UNAVAILABLE, "it is not connected");
        } else {
            current.post(op, body, reply);
        }
    }

    @Override
    public void post(int op, ByteBuffer shipment, Reply reply) {
        ServiceConnection current = connection;
        if (current == null) {
            reply.fail(Failure.UNAVAILABLE, "it is not connected");
        } else {
            current.post(op, shipment, reply);
        }
    }

    private void disconnect() {
        ServiceConnection current;
        synchronized (this) {
            current = connection;
            connection = null;
        }
        if (current != null) {
            current.close();
        }
    }

    /// Stops calling; the replica itself lives on.
    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
