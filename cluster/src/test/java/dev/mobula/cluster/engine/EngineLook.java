package dev.mobula.cluster.engine;

import dev.mobula.actors.runtime.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A process that starts an engine on Ray again and looks for what was acknowledged before all of it was killed.
final class EngineLook {
    static final String ALL_THERE = "all there";

    private EngineLook() {}

    /// Ends with an error when something is missing or there twice.
    ///
    /// @param args the folder, and the file of what was acknowledged
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Acknowledged acknowledged = new Acknowledged();
        Files.readAllLines(Path.of(args[1])).forEach(acknowledged::note);
        try (ThreeNodes nodes = ThreeNodes.start(folder);
                Cluster cluster = nodes.connect();
                Engine engine = EngineUnderWrites.start(cluster, folder)) {
            acknowledged.look(engine, EngineUnderWrites.bundles(folder));
            System.out.println(ALL_THERE);
        }
    }
}
