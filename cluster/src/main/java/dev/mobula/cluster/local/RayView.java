package dev.mobula.cluster.local;

import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.ServiceStatus;
import java.util.List;
import java.util.Map;

/// A cluster seen through Ray, as one of its drivers.
public final class RayView implements ClusterView {
    private final RayCluster cluster;

    private RayView(RayCluster cluster) {
        this.cluster = cluster;
    }

    /// Joins the cluster to look at it.
    public static ClusterView open(String address, String nodeIp) {
        return new RayView(RayCluster.connect(RayOptions.of(address).withNodeIp(nodeIp)));
    }

    @Override
    public Map<String, String> nodes() {
        return cluster.nodes();
    }

    @Override
    public List<ServiceStatus> services() {
        return cluster.services();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
