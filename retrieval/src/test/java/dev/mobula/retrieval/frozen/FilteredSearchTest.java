package dev.mobula.retrieval.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.RowPredicate;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.testing.Seeds;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.longlong.Roaring64Bitmap;

final class FilteredSearchTest {
    private static final int ROWS = 12_000;
    private static final int DIMENSION = 24;
    private static final RowPredicate ALIVE = row -> true;

    @TempDir static Path folder;
    private static Points points;
    private static final List<FrozenIndex> INDEXES = new ArrayList<>();
    /* A value that near vectors share: the sum of a vector's first coordinates, cut into a thousand steps. */
    private static long[] region;
    private static long[] dice;

    @BeforeAll
    static void build() {
        SplittableRandom random = new SplittableRandom(9);
        points = Points.clustered(random, Metric.COSINE, ROWS, DIMENSION);
        dice = random.longs(ROWS, 0, 1000).toArray();
        double[] place =
                IntStream.range(0, ROWS)
                        .mapToDouble(row -> points.vector(row)[0] + points.vector(row)[1])
                        .toArray();
        double[] sorted = place.clone();
        Arrays.sort(sorted);
        region =
                IntStream.range(0, ROWS)
                        .mapToLong(row -> 1000L * Arrays.binarySearch(sorted, place[row]) / ROWS)
                        .toArray();
        for (Structure structure : Structure.values()) {
            INDEXES.add(build(structure));
        }
    }

    private static FrozenIndex build(Structure structure) {
        Path file = folder.resolve(structure.name());
        try (Arena arena = Arena.ofShared()) {
            SnapshotContent content =
                    new SnapshotContent(
                            Metric.COSINE,
                            points.rows(arena, DIMENSION),
                            LongStream.range(0, ROWS).map(row -> row * 3L).toArray(),
                            AttributeSchema.of("dice", "region"),
                            new long[][] {dice, region},
                            0);
            SnapshotBuilder.build(
                    file, content, structure, GraphSpec.defaults(2), BuildProgress.SILENT);
        }
        return FrozenIndex.open(file);
    }

    @AfterAll
    static void close() {
        INDEXES.forEach(FrozenIndex::close);
    }

    @Test
    void recallHoldsAtEveryShareOfARandomFilter() {
        for (int share : new int[] {500, 200, 100, 50, 10, 1}) {
            check(Filter.between("dice", 0, share - 1L), row -> dice[row] < share);
        }
    }

    @Test
    void recallHoldsAtEveryShareOfAFilterThatFollowsTheData() {
        for (int share : new int[] {500, 200, 100, 50, 10, 1}) {
            check(Filter.between("region", 0, share - 1L), row -> region[row] < share);
            check(Filter.atLeast("region", 1000 - share), row -> region[row] >= 1000 - share);
        }
    }

    @Test
    void allThatPassAreFoundWhenTheyAreFewerThanAsked() {
        Seeds.forAll(
                60,
                random -> {
                    FrozenIndex index = any(random);
                    long value = random.nextLong(1000);
                    Filter filter =
                            Filter.all(
                                    Filter.oneOf("dice", value),
                                    Filter.atLeast("region", random.nextLong(990)));
                    AcceptedRows accepted = AcceptedRows.of(index, filter, ALIVE);
                    int passing = (int) IntStream.range(0, ROWS).filter(accepted::test).count();
                    FrozenSearcher searcher = index.searcher(() -> 0);
                    assertThat(
                                    searcher.search(
                                            points.query(random),
                                            100,
                                            100,
                                            accepted,
                                            FrozenSearcher.NO_DEADLINE))
                            .isEqualTo(Math.min(100, passing));
                    for (int i = 0; i < Math.min(100, passing); i++) {
                        assertThat(accepted.test(searcher.row(i))).isTrue();
                    }
                });
    }

    @Test
    void aSetOfIdsIsFoundWhole() {
        Seeds.forAll(
                40,
                random -> {
                    FrozenIndex index = any(random);
                    Roaring64Bitmap ids = new Roaring64Bitmap();
                    for (int i = 0; i < 50; i++) {
                        ids.addLong(random.nextLong(2 * 3L * ROWS));
                    }
                    int expected =
                            (int) ids.stream().filter(id -> id % 3 == 0 && id / 3 < ROWS).count();
                    AcceptedRows accepted = AcceptedRows.of(index, Filter.idIn(ids), ALIVE);
                    assertThat(accepted.estimate()).isEqualTo(expected);
                    FrozenSearcher searcher = index.searcher(() -> 0);
                    int found =
                            searcher.search(
                                    points.query(random),
                                    50,
                                    50,
                                    accepted,
                                    FrozenSearcher.NO_DEADLINE);
                    assertThat(found).isEqualTo(expected);
                });
    }

    @Test
    void theScanMissesNothing() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 20; i++) {
            FrozenIndex index = any(random);
            AcceptedRows accepted = AcceptedRows.of(index, Filter.between("dice", 0, 99), ALIVE);
            FrozenSearcher searcher = index.searcher(() -> 0);
            float[] query = points.query(random);
            int found = searcher.scan(query, 10, accepted, FrozenSearcher.NO_DEADLINE);
            assertThat(rows(index, searcher, found))
                    .isEqualTo(points.nearest(query, 10, row -> dice[row] < 100));
        }
    }

    private static FrozenIndex any(SplittableRandom random) {
        return INDEXES.get(random.nextInt(INDEXES.size()));
    }

    private static void check(Filter filter, IntPredicate passes) {
        for (FrozenIndex index : INDEXES) {
            check(index, filter, passes);
        }
    }

    private static void check(FrozenIndex index, Filter filter, IntPredicate passes) {
        SplittableRandom random = new SplittableRandom(1);
        FrozenSearcher searcher = index.searcher(() -> 0);
        double recall = 0;
        for (int i = 0; i < 40; i++) {
            float[] query = points.query(random);
            AcceptedRows accepted = AcceptedRows.of(index, filter, ALIVE);
            int found = searcher.search(query, 10, 100, accepted, FrozenSearcher.NO_DEADLINE);
            int[] truth = points.nearest(query, 10, passes);
            assertThat(found).as("%s", filter).isEqualTo(truth.length);
            recall += Points.recall(truth, rows(index, searcher, found));
        }
        assertThat(recall / 40).as("%s %s", index.structure(), filter).isGreaterThanOrEqualTo(.98);
    }

    private static int[] rows(FrozenIndex index, FrozenSearcher searcher, int count) {
        return IntStream.range(0, count).map(i -> (int) index.id(searcher.row(i)) / 3).toArray();
    }
}
