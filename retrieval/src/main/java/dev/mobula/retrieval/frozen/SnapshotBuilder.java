package dev.mobula.retrieval.frozen;

import java.nio.file.Path;

/// Arranges vectors for search and writes them as a snapshot file.
public final class SnapshotBuilder {
    private SnapshotBuilder() {}

    /// Builds the structure that serves the metric best.
    public static void build(
            Path file, SnapshotContent content, GraphSpec spec, BuildProgress progress) {
        build(file, content, Structure.of(content.metric()), spec, progress);
    }

    /// Takes minutes for millions of rows; the file appears whole under its name at the end.
    public static void build(
            Path file,
            SnapshotContent content,
            Structure structure,
            GraphSpec spec,
            BuildProgress progress) {
        content.rowsByAscendingId();
        structure.check(content.metric());
        BuildEvent event = new BuildEvent();
        event.begin();
        SnapshotWriter.Parts parts =
                switch (structure) {
                    case GRAPH -> graph(content, spec, progress);
                    case LEAVES -> leaves(content, spec, progress);
                };
        progress.advanced("write", 0, 1);
        SnapshotWriter.write(file, content.reordered(parts.vectorRows()), parts);
        progress.advanced("write", 1, 1);
        event.finish(file, content, spec);
    }

    private static SnapshotWriter.Parts graph(
            SnapshotContent content, GraphSpec spec, BuildProgress progress) {
        LayeredGraph graph = GraphBuilder.build(content.rows(), content.metric(), spec, progress);
        int[] order =
                RowOrder.nearTogether(
                        content.rows(), content.metric(), graph, spec.threads(), progress);
        return SnapshotWriter.Parts.of(graph.reordered(order), spec.links(), order);
    }

    private static SnapshotWriter.Parts leaves(
            SnapshotContent content, GraphSpec spec, BuildProgress progress) {
        LeafBuilder.Built built = LeafBuilder.build(content.rows(), spec, progress);
        return SnapshotWriter.Parts.of(built.leaves(), built.order());
    }
}
