package dev.mobula.retrieval.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.collaborative.AdamicAdar;
import dev.mobula.retrieval.collaborative.Covisitation;
import dev.mobula.retrieval.collaborative.GraphFilter;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.retrieval.text.TextIndex;
import dev.mobula.retrieval.vectors.LongTable;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SourcesTest {
    private static final SourceQuery NOBODY = SourceQuery.of(1, 1_000_000);
    private static final float[] NONE = {};

    @Test
    void vectorsAreFoundNearThePersonAndNearEachRecentItem() {
        VectorSearch search = Find.numbers(100);
        CandidateSource person = new VectorSource("ann", search);
        Candidates near = Find.find(person, NOBODY.withEmbedding(new float[] {7.2f}), 3);
        assertThat(Find.ids(near)).containsExactly(7, 8, 6);
        assertThat(near.reason(0)).isEqualTo(Reason.NEAR_PERSON);

        CandidateSource recent =
                new RecentItemsSource(
                        "ann-items", search, id -> id == 50 ? NONE : new float[] {id + .1f}, 3);
        SourceQuery query = NOBODY.withRecentItems(10, 50, 90, 30);
        Candidates found = Find.find(recent, query, 4);
        assertThat(Find.ids(found)).containsExactly(11, 91, 9, 89);
        assertThat(found.subject(1)).isEqualTo(90);
        assertThat(found.reason(1)).isEqualTo(Reason.NEAR_ITEM);
    }

    @Test
    void everySourceFindsNothingForSomeoneUnknown() {
        InteractionMatrix matrix = InteractionMatrix.of(2, new int[] {0, 2}, new int[] {0, 1});
        LongTable ids = LongTable.of(10, 20);
        try (TextIndex text = TextIndex.inMemory()) {
            for (CandidateSource source :
                    List.of(
                            new VectorSource("a", Find.numbers(9)),
                            new RecentItemsSource("b", Find.numbers(9), id -> NONE, 2),
                            new FollowedAuthorsSource(new AuthorTimelines(4, 4), 1_000),
                            new CovisitationSource(Covisitation.of(matrix, 5), ids),
                            HistoryModelSource.ofItems("c", GraphFilter.of(matrix), ids),
                            new TrendingSource(new TrendingCounts(1_000, 10, 5, 0)),
                            new FreshSource(new FreshPool(4, 10, 1)),
                            new TextSource(text))) {
                assertThat(Find.find(source, NOBODY, 5).size()).as(source.name()).isZero();
            }
        }
    }

    @Test
    void followedAuthorsGiveTheirNewestItemsNewestFirst() {
        AuthorTimelines timelines = new AuthorTimelines(3, 100);
        for (long item = 1; item <= 5; item++) {
            timelines.put(7, item, 1_000 * item);
        }
        timelines.put(8, 20, 4_500);
        timelines.put(9, 30, 9_000);
        timelines.remove(7, 4);
        timelines.put(7, 2, 500);
        CandidateSource source = new FollowedAuthorsSource(timelines, 1_000);
        Candidates found = Find.find(source, SourceQuery.of(1, 5_000).withFollowed(7, 8, 55), 10);
        assertThat(Find.ids(found)).containsExactly(5, 20, 3, 2);
        assertThat(found.subject(1)).isEqualTo(8);
        assertThat(found.score(0)).isEqualTo(1);
        assertThat(found.score(2)).isCloseTo(.25f, within(1e-6f));
    }

    @Test
    void timelinesAgreeWithAListAndForgetTheSilent() {
        Seeds.forAll(
                100,
                random -> {
                    AuthorTimelines timelines = new AuthorTimelines(5, 1_000);
                    Map<Long, Long> model = new HashMap<>();
                    for (int i = 0; i < 40; i++) {
                        long item = random.nextInt(30);
                        if (random.nextInt(4) == 0) {
                            timelines.remove(1, item);
                            model.remove(item);
                        } else {
                            long created = 1_000L * i + item;
                            timelines.put(1, item, created);
                            model.put(item, created);
                            List<Long> byAge = new ArrayList<>(model.keySet());
                            byAge.sort(Comparator.comparing(model::get));
                            if (byAge.size() > 5) {
                                model.remove(byAge.getFirst());
                            }
                        }
                    }
                    Candidates found =
                            Find.find(
                                    new FollowedAuthorsSource(timelines, 1e4),
                                    SourceQuery.of(1, 99_000).withFollowed(1),
                                    50);
                    assertThat(Find.ids(found))
                            .containsExactly(
                                    model.keySet().stream()
                                            .sorted(Comparator.comparing(model::get).reversed())
                                            .mapToLong(Long::longValue)
                                            .toArray());
                });
        AuthorTimelines few = new AuthorTimelines(2, 4);
        for (long author = 1; author <= 6; author++) {
            few.put(author, 100 + author, author);
        }
        Candidates kept =
                Find.find(
                        new FollowedAuthorsSource(few, 1),
                        SourceQuery.of(1, 6).withFollowed(1, 2, 3, 4, 5, 6),
                        10);
        assertThat(Find.ids(kept)).contains(106, 105).doesNotContain(101);
    }

    @Test
    void coVisitedItemsNameTheItemThatSpeaksForThem() {
        InteractionMatrix matrix =
                InteractionMatrix.of(4, new int[] {0, 2, 4, 7}, new int[] {0, 1, 0, 1, 0, 2, 3});
        LongTable ids = LongTable.of(100, 101, 102, 103);
        CandidateSource source = new CovisitationSource(Covisitation.of(matrix, 10), ids);
        Candidates found = Find.find(source, NOBODY.withRecentItems(100, 103, 999), 10);
        assertThat(Find.ids(found)).containsExactly(102, 101);
        assertThat(found.subject(0)).isEqualTo(103);
        assertThat(found.subject(1)).isEqualTo(100);
    }

    @Test
    void historyModelsLeaveOutWhatWasHadAndFindPeopleWithoutOneself() {
        InteractionMatrix items =
                InteractionMatrix.of(3, new int[] {0, 2, 4}, new int[] {0, 1, 1, 2});
        CandidateSource source =
                HistoryModelSource.ofItems(
                        "filter", GraphFilter.of(items), LongTable.of(10, 11, 12));
        for (int again = 0; again < 2; again++) {
            Candidates found = Find.find(source, NOBODY.withRecentItems(11, 11), 5);
            assertThat(Find.ids(found)).containsExactly(10, 12);
        }
        InteractionMatrix graph =
                InteractionMatrix.of(4, new int[] {0, 1, 4, 6, 7}, new int[] {1, 0, 2, 3, 1, 3, 1});
        CandidateSource people =
                HistoryModelSource.ofPeople(
                        "people", AdamicAdar.of(graph), LongTable.of(1, 2, 3, 4));
        Candidates found = Find.find(people, NOBODY.withFollowed(2), 5);
        assertThat(Find.ids(found)).containsExactly(3, 4);
        assertThat(found.reason(0)).isEqualTo(Reason.FRIENDS_OF_FRIENDS);
        assertThatThrownBy(
                        () ->
                                HistoryModelSource.ofItems(
                                        "x", GraphFilter.of(items), LongTable.of(1)))
                .hasMessageContaining("ids=1");
    }

    @Test
    void trendingCountsAreDecayedSumsHoweverLateTheEvents() {
        Seeds.forAll(
                100,
                random -> {
                    double half = random.nextDouble(10, 1e5);
                    TrendingCounts counts = new TrendingCounts(half, 1_000, 50, 0);
                    Map<Long, Double> expected = new TreeMap<>();
                    long now = 10_000_000;
                    for (int i = 0; i < 60; i++) {
                        long item = random.nextInt(8);
                        long time = now - random.nextInt(50_000);
                        double weight = random.nextDouble(.1, 3);
                        counts.add(item, weight, time);
                        expected.merge(
                                item, weight * Math.pow(.5, (now - time) / half), Double::sum);
                    }
                    expected.forEach(
                            (item, count) ->
                                    assertThat(counts.count(item, now))
                                            .isCloseTo(count, within(1e-9 + 1e-6 * count)));
                });
    }

    @Test
    void trendingForgetsTheWeakWhenFullAndWhatIsGone() {
        TrendingCounts counts = new TrendingCounts(1_000, 10, 3, 100);
        for (int item = 0; item < 25; item++) {
            counts.add(item, item + 1, 0);
        }
        CandidateSource source = new TrendingSource(counts);
        assertThat(Find.ids(Find.find(source, SourceQuery.of(1, 0), 9)))
                .containsExactly(24, 23, 22);
        counts.add(5, 1_000, 0);
        assertThat(Find.ids(Find.find(source, SourceQuery.of(1, 99), 9)))
                .containsExactly(24, 23, 22);
        assertThat(Find.ids(Find.find(source, SourceQuery.of(1, 100), 9)))
                .containsExactly(5, 24, 23);
        counts.remove(24);
        assertThat(Find.ids(Find.find(source, SourceQuery.of(1, 100), 9)))
                .containsExactly(5, 23, 22);
        assertThatThrownBy(() -> counts.add(1, Double.NaN, 0)).hasMessageContaining("weight=NaN");
    }

    @Test
    void freshItemsGetEqualChancesUntilTheyAreOldOrSeenEnough() {
        FreshPool pool = new FreshPool(100, 1_000, 2);
        for (long item = 0; item < 10; item++) {
            pool.put(item, item < 2 ? 0 : 5_000);
        }
        pool.exposed(2);
        pool.exposed(3);
        pool.exposed(3);
        pool.remove(4);
        CandidateSource source = new FreshSource(pool);
        int[] drawn = new int[10];
        int draws = 6_000;
        for (int seed = 0; seed < draws; seed++) {
            Candidates found = Find.find(source, SourceQuery.of(1, 5_500).withSeed(seed), 3);
            assertThat(found.size()).isEqualTo(3);
            assertThat(found.score(0)).isEqualTo(3 / 6f);
            for (long id : Find.ids(found)) {
                drawn[(int) id]++;
            }
        }
        for (int item = 0; item < 10; item++) {
            boolean fresh = item == 2 || item > 4;
            assertThat((double) drawn[item] / draws).isCloseTo(fresh ? .5 : 0, within(.03));
        }
        SourceQuery query = SourceQuery.of(1, 5_500).withSeed(4);
        assertThat(Find.ids(Find.find(source, query, 3)))
                .isEqualTo(Find.ids(Find.find(source, query, 3)));
    }

    @Test
    void aFullFreshPoolKeepsTheNewer() {
        FreshPool pool = new FreshPool(4, 1_000_000, 5);
        for (long item = 0; item < 7; item++) {
            pool.put(item, item);
        }
        Candidates found = Find.find(new FreshSource(pool), SourceQuery.of(1, 10), 20);
        assertThat(Find.ids(found)).contains(6, 5).doesNotContain(0, 1).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void fusionRanksByReciprocalRanks() {
        CandidateSource fused =
                new FusionSource(
                        "hybrid",
                        List.of(Find.fixed("words", 1, 2, 3), Find.fixed("vectors", 9, 3, 2)));
        Candidates found = Find.find(fused, NOBODY, 3);
        assertThat(Find.ids(found)).containsExactly(2, 3, 1);
        assertThat(found.score(2)).isCloseTo(1 / 61f, within(1e-6f));
    }

    @Test
    void idsAreNumberedInTheOrderTheyCome() {
        Seeds.forAll(
                100,
                random -> {
                    LongTable table = new LongTable(random.nextInt(1, 10));
                    List<Long> model = new ArrayList<>();
                    for (int i = 0; i < 300; i++) {
                        long id = random.nextLong() >> random.nextInt(64);
                        if (!model.contains(id)) {
                            assertThat(table.find(id)).isEqualTo(-1);
                            model.add(id);
                        }
                        assertThat(table.add(id)).isEqualTo(model.indexOf(id));
                    }
                    for (long id : model) {
                        assertThat(table.id(table.find(id))).isEqualTo(id);
                    }
                    assertThat(table.size()).isEqualTo(model.size());
                });
    }
}
