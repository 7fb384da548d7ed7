package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.Progress;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.frozen.SnapshotBuilder;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.NpyFile;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `index build`: a graph over the vectors of a file, as an index file.
@Command(
        name = "build",
        description = "Build an index over the rows of a NumPy file; ids are row numbers.")
final class IndexBuild implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "VECTORS", description = "Float32 rows, a .npy file.")
    private Path vectors = Path.of("");

    @Parameters(index = "1", paramLabel = "INDEX", description = "The index file to write.")
    private Path index = Path.of("");

    @Option(
            names = "--metric",
            defaultValue = "COSINE",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Metric metric = Metric.COSINE;

    @Option(names = "--links", defaultValue = "16", description = "Links of a node (16).")
    private int links;

    @Option(
            names = "--candidates",
            defaultValue = "200",
            description = "Width of the building search (200).")
    private int candidates;

    IndexBuild(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        int threads = Runtime.getRuntime().availableProcessors();
        GraphSpec spec = new GraphSpec(links, candidates, 42, threads);
        try (Arena arena = Arena.ofShared();
                NpyFile source = NpyFile.open(vectors)) {
            VectorRows rows = VectorRows.create(arena, source.dimension(), source.count());
            float[] row = new float[source.dimension()];
            for (int i = 0; i < source.count(); i++) {
                source.next(row);
                rows.set(i, metric.prepared("row " + i, row, row.length));
            }
            long[] ids = LongStream.range(0, source.count()).toArray();
            build(SnapshotContent.of(metric, rows, ids), spec);
        }
        try (FrozenIndex built = FrozenIndex.open(index)) {
            built.verify();
            console.say(index + ": " + built.count() + " vectors, " + built.bytes() + " bytes");
        }
        return 0;
    }

    private void build(SnapshotContent content, GraphSpec spec) {
        try (Progress bar =
                console.watched()
                        ? Progress.shown("build", content.ids().length)
                        : Progress.silent()) {
            AtomicLong reported = new AtomicLong();
            BuildProgress progress =
                    (stage, done, total) -> {
                        if (stage.equals("graph")) {
                            long before = reported.getAndAccumulate(done, Math::max);
                            bar.step(Math.max(0, done - before));
                        }
                    };
            SnapshotBuilder.build(index, content, spec, progress);
        }
    }
}
