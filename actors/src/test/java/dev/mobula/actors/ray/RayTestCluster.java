package dev.mobula.actors.ray;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.nodes.RayNode;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A real Ray cluster of three raylets and this process's connection to it, shared by all tests of
/// a run.
final class RayTestCluster implements AutoCloseable {
    private final Path folder;
    private final LocalCluster nodes;
    private final RayCluster services;

    private RayTestCluster() {
        try {
            folder = Files.createTempDirectory("mobula-ray-test");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        nodes =
                LocalCluster.start(
                        RayInstallation.find(),
                        3,
                        folder.resolve("state"),
                        node -> {
                            node.sharedRoot(folder.resolve("shared")).cpus(4);
                            if (node.head()) {
                                node.gcsStorage(folder.resolve("gcs")).blocking(false);
                            } else {
                                node.resources(Map.of("roaming", 1.0));
                            }
                        });
        services = RayCluster.connect(options(nodes));
    }

    static RayOptions options(LocalCluster nodes) {
        return RayOptions.of(nodes.address())
                .withNodeIp(nodes.head().nodeIp())
                .withSpread(nodes.nodes().stream().map(RayNode::name).sorted().toList())
                .withJvmOptions(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    }

    LocalCluster nodes() {
        return nodes;
    }

    RayCluster services() {
        return services;
    }

    @Override
    public void close() {
        services.close();
        nodes.close();
        try {
            Folders.delete(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Gives a test class the one cluster of the run, which ends with the run.
    static final class Extension implements ParameterResolver {
        private static final ExtensionContext.Namespace STORE =
                ExtensionContext.Namespace.create(RayTestCluster.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RayTestCluster.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(STORE)
                    .getOrComputeIfAbsent(
                            RayTestCluster.class,
                            key -> new RayTestCluster(),
                            RayTestCluster.class);
        }
    }
}
