package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.report.Report;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How well counted and solved models rank what people had next, or whom they befriended: the options.
///
/// The work is in `InteractionsJudge`, which needs the libraries; help is answered without them.
final class InteractionsEvaluation implements Evaluation {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR_OR_FILE",
            description =
                    "A folder with train.txt and test.txt (user item item ...), with train_edges.csv"
                            + " and edges.csv, or with a .inter file; or a file of lines user TAB item"
                            + " [TAB weight [TAB time]]. Gzip or plain.")
    private Path data = Path.of("");

    @Option(
            names = "--test",
            paramLabel = "FILE",
            description = "The test half when --data is a file of lines user item item ...")
    private @Nullable Path test;

    @Option(
            names = "--models",
            paramLabel = "A,B",
            description =
                    "popular, covisitation[=NEIGHBOURS], graph-filter, ease[=RIDGE], als[=WIDTH],"
                            + " spectral[=WIDTH], adamic-adar, degree.")
    private @Nullable String models;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description = "given, portable, stratified or links; by itself what the data asks for.")
    private @Nullable Protocol protocol;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description =
                    "Serve learned embeddings through an index of so many shards; 0 compares with"
                            + " every item (${DEFAULT-VALUE}).")
    private int shards = 4;

    @Option(names = "--k", paramLabel = "N", description = "Judge the first N (20, stratified 10).")
    private @Nullable Integer k;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many random splits (${DEFAULT-VALUE}).")
    private int seeds = 5;

    @Option(
            names = "--rejects",
            paramLabel = "N",
            description = "Set aside this many bad lines (${DEFAULT-VALUE}); one more is an error.")
    private long rejectsMax = 100;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (all cores).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public String name() {
        return "interactions";
    }

    @Override
    public String summary() {
        return "rankings of items or people, on held-out interactions";
    }

    @Override
    public Report run(boolean watched) {
        return new InteractionsJudge(this).run(watched);
    }

    Path data() {
        return data;
    }

    Optional<Path> test() {
        return Optional.ofNullable(test);
    }

    Optional<String> models() {
        return Optional.ofNullable(models);
    }

    Optional<Protocol> protocol() {
        return Optional.ofNullable(protocol);
    }

    /// How much of a ranking is judged.
    int k(Protocol chosen) {
        return k == null ? chosen.kUsual() : k;
    }

    int shards() {
        return shards;
    }

    int seeds() {
        return seeds;
    }

    long rejectsMax() {
        return rejectsMax;
    }

    int threads() {
        return threads;
    }
}
