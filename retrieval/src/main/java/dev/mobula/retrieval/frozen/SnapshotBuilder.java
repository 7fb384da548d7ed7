package dev.mobula.retrieval.frozen;

import java.nio.file.Path;

/// Builds a graph over vectors and writes it as a snapshot file.
public final class SnapshotBuilder {
    private SnapshotBuilder() {}

    /// Takes minutes for millions of rows; the file appears whole under its name at the end.
    public static void build(
            Path file, SnapshotContent content, GraphSpec spec, BuildProgress progress) {
        content.rowsByAscendingId();
        BuildEvent event = new BuildEvent();
        event.begin();
        LayeredGraph graph = GraphBuilder.build(content.rows(), content.metric(), spec, progress);
        int[] order =
                RowOrder.nearTogether(
                        content.rows(), content.metric(), graph, spec.threads(), progress);
        progress.advanced("write", 0, 1);
        SnapshotWriter.write(
                file, content.reordered(order), graph.reordered(order), order, spec.links());
        progress.advanced("write", 1, 1);
        event.finish(file, content, spec);
    }
}
