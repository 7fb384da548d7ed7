package dev.mobula.cluster.cli;

import dev.mobula.retrieval.files.VectorColumns;
import dev.mobula.retrieval.files.VectorFile;
import dev.mobula.retrieval.files.VectorTable;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.frozen.SnapshotBuilder;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.vectors.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `index build`: a graph over the vectors of a file, as an index file.
@Command(
        name = "build",
        description = {
            "Build an index file over the vectors of an Arrow IPC, Parquet or NumPy file.",
            "Arrow and Parquet rows carry their ids and attributes as columns; the id of a NumPy row is its"
                    + " number, or that of --ids."
        })
final class IndexBuild implements Callable<Integer> {
    private static final long SEED = 42;

    private final Console console;

    @Parameters(
            index = "0",
            paramLabel = "VECTORS",
            description = "The file of vectors; its first bytes say which format it has.")
    private Path vectors = Path.of("");

    @Parameters(index = "1", paramLabel = "INDEX", description = "The index file to write.")
    private Path index = Path.of("");

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description = "A NumPy file of whole numbers, the ids of a NumPy file's rows.")
    private @Nullable Path ids;

    @Option(
            names = "--id-column",
            paramLabel = "NAME",
            defaultValue = "id",
            description = "The column of ids (id).")
    private String idColumn = "";

    @Option(
            names = "--vector-column",
            paramLabel = "NAME",
            defaultValue = "vector",
            description = "The column of vectors (vector).")
    private String vectorColumn = "";

    @Option(
            names = "--attributes",
            paramLabel = "NAME,...",
            split = ",",
            description =
                    "Columns to keep for filters: whole numbers, times, booleans, texts of up to 8 bytes.")
    private List<String> attributes = List.of();

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

    @Option(
            names = "--threads",
            defaultValue = "0",
            description = "Threads that build; 0 for all processors (0).")
    private int threads;

    IndexBuild(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        int builders = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        GraphSpec spec = new GraphSpec(links, candidates, SEED, builders);
        try (Arena arena = Arena.ofShared();
                StageBars bars = new StageBars(console)) {
            SnapshotContent content = VectorTable.read(arena, this::open, metric, bars);
            SnapshotBuilder.build(index, content, spec, bars);
        }
        try (FrozenIndex built = FrozenIndex.open(index)) {
            built.verify();
            console.say(index + ": " + built.count() + " vectors, " + built.bytes() + " bytes");
        }
        return 0;
    }

    private VectorFile open() {
        VectorColumns columns = new VectorColumns(idColumn, vectorColumn, attributes);
        if (ids == null) {
            return VectorFile.open(vectors, columns);
        }
        if (!attributes.isEmpty()) {
            throw new CommandFailure(
                    "--attributes "
                            + attributes
                            + ": a NumPy file, which --ids speaks of, has none");
        }
        return VectorFile.open(vectors, ids);
    }
}
