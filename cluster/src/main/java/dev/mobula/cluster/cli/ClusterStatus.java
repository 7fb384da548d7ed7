package dev.mobula.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.actors.runtime.ServiceStatus;
import dev.mobula.cluster.local.ClusterRecord;
import dev.mobula.cluster.local.ClusterView;
import dev.mobula.cluster.local.LocalClusters;
import dev.mobula.cluster.local.NodeStatus;
import dev.mobula.cluster.report.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `cluster status`: the nodes of this machine by their processes, and the cluster as it sees itself.
@Command(
        name = "status",
        description = "Show a cluster's nodes, services, restarts and memory.",
        footer = "%nExit code: 1 when no cluster of this name was started here or a node is dead.")
final class ClusterStatus implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;

    private final Console console;
    private final LocalClusters clusters;
    private final Optional<ClusterView.Opener> views;

    @Option(
            names = "--name",
            defaultValue = ClusterName.DEFAULT,
            converter = ClusterName.class,
            description = "The cluster's name on this machine (mobula).")
    private String name = ClusterName.DEFAULT;

    @Option(names = "--json", description = "Answer as one JSON object.")
    private boolean json;

    ClusterStatus(Console console, LocalClusters clusters, Optional<ClusterView.Opener> views) {
        this.console = console;
        this.clusters = clusters;
        this.views = views;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        ClusterRecord record = clusters.record(name);
        List<NodeStatus> nodes = clusters.nodes(name);
        Map<String, String> members = new LinkedHashMap<>();
        List<ServiceStatus> services = List.of();
        Optional<NodeStatus> alive = nodes.stream().filter(NodeStatus::alive).findFirst();
        if (views.isPresent() && alive.isPresent()) {
            try (ClusterView view = views.get().open(record.address(), alive.get().ip())) {
                members.putAll(view.nodes());
                services = view.services();
            }
        }
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("name", name);
            answer.put("address", record.address());
            answer.put("nodes", nodes);
            answer.put("members", members);
            answer.put("services", services);
            console.say(new ObjectMapper().writeValueAsString(answer));
        } else {
            say(record, nodes, members, services);
        }
        return nodes.stream().allMatch(NodeStatus::alive) ? 0 : 1;
    }

    private void say(
            ClusterRecord record,
            List<NodeStatus> nodes,
            Map<String, String> members,
            List<ServiceStatus> services) {
        console.say("cluster " + name + " at " + record.address() + ", nodes of this machine:");
        Table local = Table.of("node", "ip", "state", "processes", "services", "memory MB");
        for (NodeStatus node : nodes) {
            local.row(
                    node.name(),
                    node.ip(),
                    node.alive() ? "alive" : "DEAD",
                    node.processes(),
                    node.services(),
                    Math.round(node.residentBytes() / MEGABYTE));
        }
        console.say(local.text());
        nodes.forEach(node -> members.remove(node.name()));
        if (!members.isEmpty()) {
            Table others = Table.of("node of another machine", "ip");
            members.forEach(others::row);
            console.say(others.text());
        }
        if (!services.isEmpty()) {
            console.say(table(services).text());
        }
    }

    private static Table table(List<ServiceStatus> services) {
        Table table =
                Table.of("service", "replica", "node", "state", "restarts", "memory MB", "queued");
        for (ServiceStatus service : services) {
            table.row(
                    service.name(),
                    service.replica(),
                    service.node(),
                    service.state(),
                    service.restarts(),
                    Math.round(service.memoryBytes() / MEGABYTE),
                    service.queued());
        }
        return table;
    }
}
