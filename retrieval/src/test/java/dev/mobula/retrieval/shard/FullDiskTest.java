package dev.mobula.retrieval.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.vectors.Metric;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that takes no more, as a process sees it that may not write files above a size.
final class FullDiskTest {
    private static final int DIMENSION = 64;
    private static final int BEFORE = 20;
    private static final int AFTER = 1_200;
    private static final int FILE_KIBIBYTES_MAX = 256;

    @TempDir Path folder;

    @Test
    void aCompactionThatFindsNoRoomIsNamedAndLeavesTheIndexAsItWas() throws Exception {
        Path bash = Path.of("/bin/bash");
        assumeTrue(Files.exists(bash));
        Process child =
                new ProcessBuilder(
                                bash.toString(),
                                "-c",
                                "ulimit -f " + FILE_KIBIBYTES_MAX + "; exec \"$0\" \"$@\"",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FullDiskTest.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String said;
        try (var out = child.getInputStream()) {
            said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            child.destroy();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("refused IO snapshot").contains("found all").contains("no file");
        try (IndexShard shard = open(folder)) {
            shard.verify();
            assertThat(shard.stats().items()).isEqualTo(BEFORE);
        }
    }

    /// The child: fills a shard until its snapshot no longer fits, and says what it sees.
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        try (IndexShard shard = open(folder)) {
            write(shard, 0, BEFORE);
            shard.compact(BuildProgress.SILENT);
            write(shard, BEFORE, BEFORE + AFTER);
            try {
                shard.compact(BuildProgress.SILENT);
            } catch (RetrievalException refused) {
                System.out.println("refused " + refused.code() + " " + refused.getMessage());
            }
            boolean all = true;
            for (int id = 0; id < BEFORE + AFTER; id++) {
                all &= shard.search(vector(id), 1, SearchOptions.DEFAULT).ids()[0] == id;
            }
            System.out.println(all ? "found all" : "lost some");
            try (var files = Files.list(folder)) {
                System.out.println(
                        files.noneMatch(file -> file.toString().endsWith(".tmp"))
                                ? "no file left behind"
                                : "a file is left");
            }
        }
    }

    private static IndexShard open(Path folder) {
        IndexSpec spec =
                IndexSpec.of(Metric.COSINE, DIMENSION, AttributeSchema.NONE)
                        .withGraph(new GraphSpec(8, 40, 1, 1));
        return IndexShard.open(folder, spec, () -> 0, task -> {});
    }

    private static void write(IndexShard shard, int from, int to) {
        for (int id = from; id < to; id++) {
            shard.upsert(id, vector(id), Attributes.NONE);
        }
    }

    private static float[] vector(int id) {
        return ShardModel.vector(new SplittableRandom(id), DIMENSION);
    }
}
