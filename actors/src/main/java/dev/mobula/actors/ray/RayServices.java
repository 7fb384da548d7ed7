package dev.mobula.actors.ray;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.transport.IoLoop;
import io.ray.api.ActorHandle;
import io.ray.api.Ray;
import io.ray.api.call.ActorCreator;
import io.ray.api.options.ActorLifetime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The services that this process knows by their replicas: those it made and those it found.
final class RayServices {
    /*
     * Ray kills an actor when a second handle, got by name in the process that made it, becomes
     * garbage. So a name that is starting or known here is never looked up, and looking up and
     * creating exclude each other, name by name.
     */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int ACTOR_THREADS = 8;
    private static final int NAME_LOCKS = 64;

    private final RayDirectory directory;
    private final IoLoop loop;
    private final ExecutorService threads;
    private final Map<String, List<RayReplica>> known = new ConcurrentHashMap<>();
    private final Set<String> starting = ConcurrentHashMap.newKeySet();
    private final Object[] nameLocks = new Object[NAME_LOCKS];

    RayServices(RayDirectory directory, IoLoop loop, ExecutorService threads) {
        this.directory = directory;
        this.loop = loop;
        this.threads = threads;
        Arrays.setAll(nameLocks, lock -> new Object());
    }

    /// Makes the actors of a service and returns when all answer; when one does not, none is left.
    void start(ServiceSpec spec, Map<String, Double> reservation) {
        List<RayReplica> replicas = createAll(spec, reservation);
        try {
            for (RayReplica replica : replicas) {
                replica.connect(START_LIMIT);
            }
            known.put(spec.name(), replicas);
        } catch (RuntimeException failed) {
            replicas.forEach(RayReplica::kill);
            throw failed;
        } finally {
            starting.remove(spec.name());
        }
    }

    private List<RayReplica> createAll(ServiceSpec spec, Map<String, Double> reservation) {
        synchronized (lockOf(spec.name())) {
            if (known.containsKey(spec.name())
                    || starting.contains(spec.name())
                    || directory.find(spec.name(), 0).isPresent()) {
                throw new CallException(
                        Failure.REFUSED, "name \"" + spec.name() + "\" is already in use");
            }
            List<RayReplica> replicas = new ArrayList<>();
            for (int i = 0; i < spec.replicas(); i++) {
                replicas.add(newReplica(spec.name(), create(spec, i, reservation)));
            }
            starting.add(spec.name());
            return List.copyOf(replicas);
        }
    }

    private ActorHandle<ServiceActor> create(
            ServiceSpec spec, int replica, Map<String, Double> reservation) {
        ActorCreator<ServiceActor> creator =
                Ray.actor(ServiceActor::new, Assignment.CODEC.encode(new Assignment(spec, replica)))
                        .setName(directory.actorName(spec.name(), replica))
                        .setMaxRestarts(spec.restartsMax())
                        .setMaxTaskRetries(-1)
                        .setMaxConcurrency(ACTOR_THREADS)
                        .setJvmOptions(spec.jvmOptions())
                        .setResources(reservation);
        if (spec.detached()) {
            creator.setLifetime(ActorLifetime.DETACHED);
        }
        return RaySession.ask(creator::remote);
    }

    private RayReplica newReplica(String name, ActorHandle<ServiceActor> actor) {
        return new RayReplica(name, actor, loop, threads);
    }

    private Object lockOf(String name) {
        return nameLocks[Math.floorMod(name.hashCode(), nameLocks.length)];
    }

    /// The replicas of a service that was made or found before; asks nobody.
    @Nullable List<RayReplica> known(String name) {
        return known.get(name);
    }

    /// The replicas of a service, looked up when it is not known yet; none when there is none.
    List<RayReplica> find(String name) {
        List<RayReplica> replicas = known.get(name);
        return replicas == null ? lookUp(name) : replicas;
    }

    private List<RayReplica> lookUp(String name) {
        Optional<RayReplica> first = lookUpFirst(name);
        Optional<Integer> count = first.flatMap(it -> replicas(name, it));
        if (first.isEmpty() || count.isEmpty()) {
            return known.getOrDefault(name, List.of());
        }
        List<RayReplica> found = new ArrayList<>();
        found.add(first.get());
        int replicas = count.get();
        for (int i = 1; i < replicas; i++) {
            RayReplica other = newReplica(name, directory.find(name, i).orElseThrow());
            other.connect(START_LIMIT);
            found.add(other);
        }
        List<RayReplica> earlier = known.putIfAbsent(name, List.copyOf(found));
        if (earlier == null) {
            return found;
        }
        found.forEach(RayReplica::close);
        return earlier;
    }

    /// How many replicas the first one says there are. Empty when it ended while it was asked: a name outlives its actor
    /// for a moment.
    private Optional<Integer> replicas(String name, RayReplica first) {
        BooleanSupplier isThere = () -> directory.find(name, 0).isPresent();
        try {
            return Optional.of(first.connect(START_LIMIT, isThere).replicas());
        } catch (CallException failed) {
            first.close();
            if (isThere.getAsBoolean()) {
                throw failed;
            }
            return Optional.empty();
        }
    }

    /// A replica that another process made; empty when there is none, or it is known already.
    private Optional<RayReplica> lookUpFirst(String name) {
        synchronized (lockOf(name)) {
            return known.containsKey(name) || starting.contains(name)
                    ? Optional.empty()
                    : directory.find(name, 0).map(actor -> newReplica(name, actor));
        }
    }

    /// Forgets a service; its replicas, when it was known.
    List<RayReplica> forget(String name) {
        List<RayReplica> replicas = known.remove(name);
        return replicas == null ? List.of() : replicas;
    }

    /// Every replica known.
    List<RayReplica> all() {
        return known.values().stream().flatMap(List::stream).toList();
    }
}
