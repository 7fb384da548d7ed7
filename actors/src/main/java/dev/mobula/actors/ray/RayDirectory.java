package dev.mobula.actors.ray;

import dev.mobula.actors.nodes.NodeSpec;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.ServiceState;
import dev.mobula.actors.runtime.StateKind;
import io.ray.api.ActorHandle;
import io.ray.api.Ray;
import io.ray.api.runtimecontext.ActorInfo;
import io.ray.api.runtimecontext.ActorState;
import io.ray.api.runtimecontext.NodeInfo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What Ray knows: which nodes there are and which actors of this namespace, by their names.
final class RayDirectory {
    private static final String PIN = NodeSpec.pinTo("");

    private final String namespace;
    private final List<String> spread;

    /// @param spread nodes for services with state of their own; the first by name when it is empty
    RayDirectory(String namespace, List<String> spread) {
        this.namespace = namespace;
        this.spread = List.copyOf(spread);
    }

    /// An actor that hosts a replica.
    record Entry(String service, int replica, ServiceState state, long restarts) {}

    /// The name under which Ray knows one replica.
    String actorName(String service, int replica) {
        return namespace + "/" + service + "#" + replica;
    }

    Optional<ActorHandle<ServiceActor>> find(String service, int replica) {
        try {
            return RaySession.ask(() -> Ray.getActor(actorName(service, replica)));
        } catch (CallException left) {
            throw left;
        } catch (RuntimeException away) {
            throw new CallException(
                    Failure.UNAVAILABLE,
                    "Ray cannot be asked for service " + service + ": " + away.getMessage(),
                    away);
        }
    }

    List<Entry> entries() {
        return RaySession.ask(() -> Ray.getRuntimeContext().getAllActorInfo()).stream()
                .filter(actor -> actor.name.startsWith(namespace + "/"))
                .map(this::entry)
                .toList();
    }

    private Entry entry(ActorInfo actor) {
        String name = actor.name.substring(namespace.length() + 1);
        int hash = name.lastIndexOf('#');
        return new Entry(
                name.substring(0, hash),
                Integer.parseInt(name.substring(hash + 1)),
                stateOf(actor.state),
                actor.numRestarts);
    }

    private static ServiceState stateOf(ActorState state) {
        return switch (state) {
            case DEPENDENCIES_UNREADY, PENDING_CREATION -> ServiceState.STARTING;
            case ALIVE -> ServiceState.RUNNING;
            case RESTARTING -> ServiceState.RESTARTING;
            case DEAD -> ServiceState.DEAD;
        };
    }

    /// Node names and their addresses, living nodes only.
    Map<String, String> nodes() {
        return livingNodes().stream()
                .flatMap(node -> nodeName(node).stream().map(name -> Map.entry(name, node)))
                .collect(
                        Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().nodeAddress));
    }

    private static List<NodeInfo> livingNodes() {
        return RaySession.ask(() -> Ray.getRuntimeContext().getAllNodeInfo()).stream()
                .filter(node -> node.isAlive)
                .toList();
    }

    private static Optional<String> nodeName(NodeInfo node) {
        return node.resources.keySet().stream()
                .filter(resource -> resource.startsWith(PIN))
                .map(resource -> resource.substring(PIN.length()))
                .findFirst();
    }

    /// What one replica reserves, its pin to a node included; refused when no node has it.
    Map<String, Double> reservation(ServiceSpec spec) {
        Map<String, Double> wanted = new HashMap<>(spec.resources());
        homeNode(spec).ifPresent(node -> wanted.put(NodeSpec.pinTo(node), 1.0));
        boolean fits =
                livingNodes().stream()
                        .anyMatch(
                                node ->
                                        wanted.entrySet().stream()
                                                .allMatch(
                                                        want ->
                                                                node.resources.getOrDefault(
                                                                                want.getKey(), 0.0)
                                                                        >= want.getValue()));
        if (!fits) {
            throw new CallException(
                    Failure.REFUSED,
                    "service " + spec.name() + " wants " + wanted + ", which no living node has");
        }
        return wanted;
    }

    /// The node a service is bound to: the one it names, or for node-local state its place in the spread, or the first.
    private Optional<String> homeNode(ServiceSpec spec) {
        if (spec.node().isPresent() || spec.state() != StateKind.LOCAL) {
            return spec.node();
        }
        if (!spread.isEmpty()) {
            return Optional.of(spread.get(place(spec.name(), spread.size())));
        }
        return Optional.of(
                livingNodes().stream()
                        .flatMap(node -> nodeName(node).stream())
                        .min(Comparator.naturalOrder())
                        .orElseThrow(
                                () ->
                                        new CallException(
                                                Failure.REFUSED,
                                                "service "
                                                        + spec.name()
                                                        + " keeps its state on one node, but no"
                                                        + " living node has a name")));
    }

    /// Services of a family follow each other, and families begin at different nodes.
    static int place(String service, int nodes) {
        int end = service.length();
        while (end > 0 && Character.isDigit(service.charAt(end - 1))) {
            end--;
        }
        String family = service.substring(0, end);
        String number = service.substring(Math.max(end, service.length() - 9));
        return Math.floorMod(
                family.hashCode() + (number.isEmpty() ? 0 : Integer.parseInt(number)), nodes);
    }
}
