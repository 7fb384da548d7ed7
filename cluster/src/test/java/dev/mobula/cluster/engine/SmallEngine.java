package dev.mobula.cluster.engine;

import dev.mobula.actors.items.IndexedAttribute;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.client.ClientOptions;
import dev.mobula.cluster.client.MobulaClient;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.retrieval.vectors.Metric;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// An engine of two item shards with vectors of four numbers in this JVM, behind a gateway, and a client of it.
public final class SmallEngine implements AutoCloseable {
    public static final EngineSettings SETTINGS =
            EngineSettings.DEFAULT
                    .withPort(0)
                    .withFeed(
                            EngineSettings.DEFAULT
                                    .feed()
                                    .withBudget(Duration.ofSeconds(10), Duration.ofSeconds(5)))
                    .withItems(
                            new EngineSettings.Items(
                                    2,
                                    4,
                                    Metric.INNER_PRODUCT,
                                    List.of(
                                            new EngineSettings.Indexed(
                                                    "language",
                                                    IndexedAttribute.Kind.TEXT,
                                                    List.of()),
                                            new EngineSettings.Indexed(
                                                    "surface",
                                                    IndexedAttribute.Kind.FLAGS,
                                                    List.of("home", "video"))),
                                    List.of("title")));

    public final InJvmCluster cluster;
    public final Engine engine;
    public final Gateway gateway;
    public final MobulaClient client;

    public SmallEngine(Path state) {
        this(state, SETTINGS);
    }

    public SmallEngine(Path state, EngineSettings settings) {
        cluster = new InJvmCluster(Optional.of(state));
        engine =
                Engine.start(
                        cluster,
                        settings.withState(state),
                        user -> Optional.of(new float[] {1, 0, 0, 0}),
                        InstantSource.system());
        gateway = engine.listen(List.of());
        client = MobulaClient.of(ClientOptions.of(uri()));
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + gateway.port());
    }

    @Override
    public void close() {
        client.close();
        gateway.close();
        engine.close();
        cluster.close();
    }
}
