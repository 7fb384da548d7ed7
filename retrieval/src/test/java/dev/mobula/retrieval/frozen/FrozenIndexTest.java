package dev.mobula.retrieval.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.VectorRows;
import dev.mobula.testing.Seeds;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FrozenIndexTest {
    @TempDir Path folder;

    @Test
    void findsNearlyAllTrueNeighboursUnderEveryMetric() {
        for (Metric metric : Metric.values()) {
            SplittableRandom random = new SplittableRandom(7);
            Points points = Points.clustered(random, metric, 6000, 40);
            try (FrozenIndex index = build(points, 40)) {
                FrozenSearcher searcher = index.searcher(() -> 0);
                double recall = 0;
                for (int i = 0; i < 100; i++) {
                    float[] query = points.query(random);
                    int found = searcher.search(query, 10, 100, FrozenSearcher.NO_DEADLINE);
                    assertThat(found).isEqualTo(10);
                    recall +=
                            Points.recall(
                                    points.nearest(query, 10, row -> true),
                                    rows(index, searcher, 10));
                }
                assertThat(recall / 100).as(metric.name()).isGreaterThan(.97);
            }
        }
    }

    @Test
    void leavesAndGraphsFindWhatBruteForceFinds() {
        for (Metric metric : new Metric[] {Metric.COSINE, Metric.INNER_PRODUCT}) {
            for (Structure structure : Structure.values()) {
                SplittableRandom random = new SplittableRandom(17);
                Points points = Points.clustered(random, metric, 8000, 30);
                try (FrozenIndex index = build(points, 30, structure)) {
                    assertThat(index.structure()).isEqualTo(structure);
                    index.verify();
                    assertThat(recall(index, points, random, 100))
                            .as("%s %s", metric, structure)
                            .isGreaterThan(.95);
                }
            }
        }
    }

    @Test
    void aWidthThatCoversEveryLeafMissesNothing() {
        Seeds.forAll(
                8,
                random -> {
                    int dimension = 3 + random.nextInt(60);
                    Points points =
                            Points.clustered(
                                    random, Metric.COSINE, 1 + random.nextInt(3000), dimension);
                    try (FrozenIndex index = build(points, dimension)) {
                        assertThat(recall(index, points, random, 20_000)).isGreaterThan(.999);
                    }
                });
    }

    @Test
    void leavesAreTheSameWithAnyNumberOfThreads() {
        Points points = Points.clustered(new SplittableRandom(1), Metric.COSINE, 3000, 20);
        try (Arena arena = Arena.ofShared()) {
            VectorRows rows = points.rows(arena, 20);
            LeafBuilder.Built one =
                    LeafBuilder.build(rows, GraphSpec.defaults(1), BuildProgress.SILENT);
            LeafBuilder.Built two =
                    LeafBuilder.build(rows, GraphSpec.defaults(3), BuildProgress.SILENT);
            assertThat(two.order()).isEqualTo(one.order());
            assertThat(two.leaves().starts()).isEqualTo(one.leaves().starts());
            assertThat(two.leaves().codes()).isEqualTo(one.leaves().codes());
        }
    }

    @Test
    void leavesRefuseAMetricTheyCannotServe() {
        Points points = Points.clustered(new SplittableRandom(1), Metric.SQUARED_L2, 3, 4);
        assertThatThrownBy(() -> build(points, 4, Structure.LEAVES).close())
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("structure=LEAVES");
    }

    private static double recall(
            FrozenIndex index, Points points, SplittableRandom random, int ef) {
        FrozenSearcher searcher = index.searcher(() -> 0);
        double recall = 0;
        for (int i = 0; i < 50; i++) {
            float[] query = points.query(random);
            int found = searcher.search(query, 10, ef, FrozenSearcher.NO_DEADLINE);
            recall +=
                    Points.recall(
                            points.nearest(query, 10, row -> true), rows(index, searcher, found));
        }
        return recall / 50;
    }

    @Test
    void scoresAreExactAndDescending() {
        for (Metric metric : Metric.values()) {
            SplittableRandom random = new SplittableRandom(3);
            Points points = Points.clustered(random, metric, 500, 17);
            try (FrozenIndex index = build(points, 17)) {
                FrozenSearcher searcher = index.searcher(() -> 0);
                float[] query = points.query(random);
                int found = searcher.search(query, 20, 50, FrozenSearcher.NO_DEADLINE);
                for (int i = 0; i < found; i++) {
                    float score = points.score(query, (int) index.id(searcher.row(i)));
                    assertThat(searcher.score(i))
                            .isCloseTo(score, within(1e-4f + 1e-5f * Math.abs(score)));
                    assertThat(i == 0 || searcher.score(i) <= searcher.score(i - 1)).isTrue();
                }
            }
        }
    }

    @Test
    void aSearcherGivesTheSameAnswerWhenItIsUsedAgain() {
        SplittableRandom random = new SplittableRandom(5);
        Points points = Points.clustered(random, Metric.COSINE, 2000, 24);
        try (FrozenIndex index = build(points, 24)) {
            FrozenSearcher reused = index.searcher(() -> 0);
            for (int i = 0; i < 50; i++) {
                float[] query = points.query(random);
                FrozenSearcher fresh = index.searcher(() -> 0);
                int k = 1 + random.nextInt(30);
                int found = fresh.search(query, k, 40, FrozenSearcher.NO_DEADLINE);
                assertThat(reused.search(query, k, 40, FrozenSearcher.NO_DEADLINE))
                        .isEqualTo(found);
                assertThat(rows(index, reused, found)).isEqualTo(rows(index, fresh, found));
            }
        }
    }

    @Test
    void everyRowCanBeReached() {
        Seeds.forAll(
                12,
                random -> {
                    Metric metric = Metric.ofCode(random.nextInt(3)).orElseThrow();
                    int dimension = 2 + random.nextInt(20);
                    Points points =
                            Points.clustered(random, metric, 50 + random.nextInt(1500), dimension);
                    try (Arena arena = Arena.ofShared()) {
                        LayeredGraph graph =
                                GraphBuilder.build(
                                        points.rows(arena, dimension),
                                        metric,
                                        new GraphSpec(4, 20, 1, 2),
                                        BuildProgress.SILENT);
                        Reachable reachable =
                                new Reachable(graph.base(), graph.baseLinks(), graph.count());
                        reachable.spreadFrom(graph.entry());
                        assertThat(reachable.isEverything()).isTrue();
                    }
                });
    }

    @Test
    void hundredsOfEqualVectorsAreAllFound() {
        float[] same = Metric.COSINE.prepared("v", new float[] {1, 2, 3}, 3);
        try (Arena arena = Arena.ofShared()) {
            VectorRows rows = VectorRows.create(arena, 3, 300);
            for (int i = 0; i < 300; i++) {
                rows.set(i, same);
            }
            long[] ids = LongStream.range(0, 300).toArray();
            Path file = folder.resolve("same");
            SnapshotBuilder.build(
                    file,
                    SnapshotContent.of(Metric.COSINE, rows, ids),
                    GraphSpec.defaults(1),
                    BuildProgress.SILENT);
            try (FrozenIndex index = FrozenIndex.open(file)) {
                FrozenSearcher searcher = index.searcher(() -> 0);
                assertThat(searcher.search(same, 300, 300, FrozenSearcher.NO_DEADLINE))
                        .isEqualTo(300);
                assertThat(IntStream.of(rows(index, searcher, 300)).distinct().count())
                        .isEqualTo(300);
            }
        }
    }

    @Test
    void oneThreadAndOneSeedGiveOneGraph() {
        Points points = Points.clustered(new SplittableRandom(1), Metric.INNER_PRODUCT, 800, 8);
        try (Arena arena = Arena.ofShared()) {
            VectorRows rows = points.rows(arena, 8);
            GraphSpec spec = GraphSpec.defaults(1);
            LayeredGraph first =
                    GraphBuilder.build(rows, Metric.INNER_PRODUCT, spec, BuildProgress.SILENT);
            LayeredGraph second =
                    GraphBuilder.build(rows, Metric.INNER_PRODUCT, spec, BuildProgress.SILENT);
            assertThat(second.base()).isEqualTo(first.base());
            assertThat(second.entry()).isEqualTo(first.entry());
        }
    }

    @Test
    void idsAttributesAndVectorsComeBack() {
        SplittableRandom random = new SplittableRandom(11);
        Points points = Points.clustered(random, Metric.COSINE, 300, 5);
        long[] ids = LongStream.range(0, 300).map(i -> (i * 7919) % 300 - 150).toArray();
        long[][] columns = {random.longs(300).toArray(), random.longs(300).toArray()};
        Path file = folder.resolve("attributes");
        try (Arena arena = Arena.ofShared()) {
            SnapshotContent content =
                    new SnapshotContent(
                            Metric.COSINE,
                            points.rows(arena, 5),
                            ids,
                            AttributeSchema.of("language", "author"),
                            columns,
                            77);
            SnapshotBuilder.build(file, content, GraphSpec.defaults(2), BuildProgress.SILENT);
        }
        try (FrozenIndex index = FrozenIndex.open(file)) {
            index.verify();
            assertThat(index.position()).isEqualTo(77);
            assertThat(index.schema().columns()).containsExactly("language", "author");
            float[] vector = new float[16];
            for (int i = 0; i < 300; i++) {
                int row = index.row(ids[i]).orElseThrow();
                assertThat(index.id(row)).isEqualTo(ids[i]);
                assertThat(index.value(0, row)).isEqualTo(columns[0][i]);
                assertThat(index.value(1, row)).isEqualTo(columns[1][i]);
                index.vector(row, vector);
                assertThat(vector).isEqualTo(points.vector(i));
            }
            assertThat(index.row(151)).isEmpty();
            assertThat(index.row(Long.MIN_VALUE)).isEmpty();
        }
    }

    @Test
    void nearVectorsLieInNearRows() {
        SplittableRandom random = new SplittableRandom(8);
        Points points = Points.clustered(random, Metric.COSINE, 4000, 16);
        try (Arena arena = Arena.ofShared()) {
            VectorRows rows = points.rows(arena, 16);
            LayeredGraph graph =
                    GraphBuilder.build(
                            rows, Metric.COSINE, GraphSpec.defaults(2), BuildProgress.SILENT);
            int[] order =
                    RowOrder.nearTogether(rows, Metric.COSINE, graph, 2, BuildProgress.SILENT);
            assertThat(IntStream.of(order).sorted().boxed())
                    .containsExactlyElementsOf(IntStream.range(0, 4000).boxed().toList());
            assertThat(linksWithinAPage(graph.reordered(order)))
                    .isGreaterThan(5 * linksWithinAPage(graph));
        }
    }

    /* Links that lead to one of the 64 rows that share a page of codes. */
    private static long linksWithinAPage(LayeredGraph graph) {
        return IntStream.range(0, graph.base().length)
                .filter(slot -> graph.base()[slot] >= 0)
                .filter(slot -> graph.base()[slot] / 64 == slot / graph.baseLinks() / 64)
                .count();
    }

    @Test
    void noRowsAreNoTrouble() {
        try (FrozenIndex index =
                build(Points.clustered(new SplittableRandom(1), Metric.INNER_PRODUCT, 0, 4), 4)) {
            index.verify();
            FrozenSearcher searcher = index.searcher(() -> 0);
            assertThat(searcher.search(new float[16], 10, 50, FrozenSearcher.NO_DEADLINE)).isZero();
            assertThat(index.row(1)).isEmpty();
        }
    }

    @Test
    void anIdThatAppearsTwiceIsRefusedByItsValue() {
        Points points = Points.clustered(new SplittableRandom(1), Metric.COSINE, 3, 4);
        try (Arena arena = Arena.ofShared()) {
            SnapshotContent content =
                    SnapshotContent.of(Metric.COSINE, points.rows(arena, 4), new long[] {5, 9, 5});
            assertThatThrownBy(
                            () ->
                                    SnapshotBuilder.build(
                                            folder.resolve("x"),
                                            content,
                                            GraphSpec.defaults(1),
                                            BuildProgress.SILENT))
                    .isInstanceOf(RetrievalException.class)
                    .hasMessage("id=5: appears more than once");
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void aPassedDeadlineEndsTheSearchAndSaysSo() {
        SplittableRandom random = new SplittableRandom(2);
        Points points = Points.clustered(random, Metric.COSINE, 3000, 16);
        try (FrozenIndex index = build(points, 16)) {
            AtomicLong clock = new AtomicLong(10);
            FrozenSearcher searcher = index.searcher(clock::getAndIncrement);
            searcher.search(points.query(random), 10, 1000, 12);
            assertThat(searcher.complete()).isFalse();
            searcher.search(points.query(random), 10, 1000, FrozenSearcher.NO_DEADLINE);
            assertThat(searcher.complete()).isTrue();
        }
    }

    @Test
    void aFailedWriteNamesTheFileAndLeavesNothing() throws Exception {
        Path notAFolder = Files.createFile(folder.resolve("file"));
        Points points = Points.clustered(new SplittableRandom(1), Metric.COSINE, 3, 4);
        assertThatThrownBy(() -> build(points, 4, notAFolder.resolve("snapshot")))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("snapshot");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(notAFolder);
        }
    }

    @Test
    void progressCountsEveryRow() {
        AtomicLong last = new AtomicLong();
        Points points = Points.clustered(new SplittableRandom(1), Metric.COSINE, 2500, 4);
        try (Arena arena = Arena.ofShared()) {
            GraphBuilder.build(
                    points.rows(arena, 4),
                    Metric.COSINE,
                    GraphSpec.defaults(2),
                    (stage, done, total) -> {
                        assertThat(total).isEqualTo(2500);
                        last.accumulateAndGet(done, Math::max);
                    });
        }
        assertThat(last).hasValue(2500);
    }

    @Test
    void anExceptionFromProgressEndsTheBuild() {
        Points points = Points.clustered(new SplittableRandom(1), Metric.COSINE, 5000, 4);
        try (Arena arena = Arena.ofShared()) {
            VectorRows rows = points.rows(arena, 4);
            assertThatThrownBy(
                            () ->
                                    GraphBuilder.build(
                                            rows,
                                            Metric.COSINE,
                                            GraphSpec.defaults(2),
                                            (stage, done, total) -> {
                                                throw new IllegalStateException("enough");
                                            }))
                    .hasMessage("enough");
        }
    }

    private FrozenIndex build(Points points, int dimension) {
        return build(points, dimension, folder.resolve("snapshot"));
    }

    private FrozenIndex build(Points points, int dimension, Structure structure) {
        return build(points, dimension, structure, folder.resolve("snapshot"));
    }

    private static FrozenIndex build(Points points, int dimension, Path file) {
        return build(points, dimension, Structure.of(points.metric()), file);
    }

    private static FrozenIndex build(Points points, int dimension, Structure structure, Path file) {
        try (Arena arena = Arena.ofShared()) {
            long[] ids = LongStream.range(0, points.count()).toArray();
            SnapshotBuilder.build(
                    file,
                    SnapshotContent.of(points.metric(), points.rows(arena, dimension), ids),
                    structure,
                    GraphSpec.defaults(2),
                    BuildProgress.SILENT);
        }
        return FrozenIndex.open(file);
    }

    /* A row of the points is the id it was given. */
    private static int[] rows(FrozenIndex index, FrozenSearcher searcher, int count) {
        return IntStream.range(0, count).map(i -> (int) index.id(searcher.row(i))).toArray();
    }
}
