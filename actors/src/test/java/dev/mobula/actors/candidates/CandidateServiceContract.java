package dev.mobula.actors.candidates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.IndexedAttribute;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.Resharding;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.source.Candidate;
import dev.mobula.retrieval.source.Reason;
import dev.mobula.retrieval.source.SourceReport;
import dev.mobula.retrieval.source.SourceStatus;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every source, asked through the service, on whichever cluster it runs.
public abstract class CandidateServiceContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ITEMS = 60;
    private static final long NOW = 1_000_000;
    private static final ItemShardSettings ITEM_SETTINGS =
            ItemShardSettings.of(2)
                    .withAttributes(IndexedAttribute.text("language"))
                    .withTexts("title");

    private ItemShards items;
    private UserShards users;
    private CandidateFinder finder;
    private String name;

    protected abstract Cluster cluster();

    @BeforeEach
    void start() {
        name = "candidates-" + NAMES.incrementAndGet();
        items = ItemShards.spawn(cluster(), name + "-items", 2, ITEM_SETTINGS);
        users = UserShards.spawn(cluster(), name + "-users", 1);
        List<Item> all = new ArrayList<>();
        for (int id = 0; id < ITEMS; id++) {
            double angle = 2 * Math.PI * id / ITEMS;
            all.add(
                    Item.of(id, id % 6, NOW - 1_000L * id)
                            .withEmbedding(
                                    new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
                            .withAttributes(
                                    Map.of(
                                            "language",
                                            new Attribute.Text(id % 2 == 0 ? "de" : "en"),
                                            "title",
                                            new Attribute.Text(
                                                    id % 10 == 3 ? "red bicycle" : "tea"))));
        }
        items.put(all).join();
        CandidateSettings settings =
                CandidateSettings.of(items.layout(), new ShardLayout(name + "-users", 1));
        List<CandidateSettings.Lane> patient = new ArrayList<>();
        for (CandidateSettings.Lane lane : settings.lanes()) {
            patient.add(new CandidateSettings.Lane(lane.source(), 10, 60_000, 8));
        }
        finder =
                CandidateFinder.spawn(
                        cluster(),
                        name,
                        1,
                        settings.withLanes(patient.toArray(CandidateSettings.Lane[]::new)));
    }

    @AfterEach
    void stop() {
        for (String prefix : List.of(name, name + "-users-0")) {
            cluster().stop(new ServiceRef(prefix, 1));
        }
        items.shards().forEach(cluster()::stop);
    }

    private static CandidateQuery query() {
        return CandidateQuery.of(1, NOW).withSeed(7);
    }

    /// What one source gave, in order.
    private List<Candidate> from(String source, CandidateQuery query) {
        FoundCandidates found = finder.find(query, PATIENCE).join();
        assertThat(found.reports())
                .allSatisfy(
                        report ->
                                assertThat(report.found())
                                        .isEqualTo(
                                                report.kept()
                                                        + report.duplicates()
                                                        + report.excluded()));
        Set<Long> ids = new HashSet<>();
        found.candidates().forEach(candidate -> assertThat(ids.add(candidate.id())).isTrue());
        return found.candidates().stream().filter(one -> one.source().equals(source)).toList();
    }

    private void await(Predicate<CandidateFinder> condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(finder)) {
            assertThat(System.nanoTime()).as("the sources hear of it").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void itemsAreFoundByEmbeddingHistoryAuthorsWordsAndChance() throws InterruptedException {
        await(any -> from("fresh", query()).size() == 10);
        List<Candidate> near = from("ann", query().withEmbedding(new float[] {1, 0.01f}));
        assertThat(near.getFirst())
                .satisfies(
                        best -> {
                            assertThat(best.id()).isZero();
                            assertThat(best.reason()).isEqualTo(Reason.NEAR_PERSON);
                        });
        CandidateQuery german =
                query().withEmbedding(new float[] {1, 0})
                        .without(new long[] {0}, Filter.oneOfTexts("language", "de"));
        assertThat(from("ann", german))
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.id() % 2).isZero())
                .noneMatch(one -> one.id() == 0);
        List<Candidate> nearItem =
                from("ann-items", query().withHistory(new long[] {20}, new long[0]));
        assertThat(nearItem).isNotEmpty().allMatch(one -> one.subject() == 20);
        assertThat(nearItem.getFirst().id()).isIn(19L, 21L);
        List<Candidate> followed =
                from("followed", query().withHistory(new long[0], new long[] {4}));
        assertThat(followed).isNotEmpty().allMatch(one -> one.id() % 6 == 4);
        await(any -> !from("text", query().withText("bicycle")).isEmpty());
        assertThat(finder.find(query().withText("bicycle"), PATIENCE).join().candidates())
                .filteredOn(one -> one.reason() == Reason.TEXT)
                .isNotEmpty()
                .allMatch(one -> one.id() % 10 == 3);
        SourceReport hybrid =
                finder
                        .find(
                                query().withText("bicycle").withEmbedding(new float[] {1, 0}),
                                PATIENCE)
                        .join()
                        .reports()
                        .stream()
                        .filter(report -> report.source().equals("hybrid"))
                        .findFirst()
                        .orElseThrow();
        assertThat(hybrid.status()).isEqualTo(SourceStatus.COMPLETE);
        assertThat(hybrid.found()).isEqualTo(10);
        assertThat(cluster().metrics()).contains("mobula_source_calls");
    }

    @Test
    void whatPeopleDoIsCountedAndWhatIsGoneIsForgotten() throws InterruptedException {
        await(any -> from("fresh", query()).size() == 10);
        List<Signal> signals = new ArrayList<>();
        for (long person = 10; person < 14; person++) {
            for (long item : new long[] {50, 51, 52}) {
                signals.add(new Signal(person, item, Signal.Kind.HAD, 1, NOW));
            }
        }
        for (long item = 0; item < ITEMS; item++) {
            for (int shown = 0; shown < 200 && item != 5; shown++) {
                signals.add(new Signal(9, item, Signal.Kind.SHOWN, 1, NOW));
            }
        }
        finder.tell(signals).join();
        finder.rebuild().join();
        assertThat(from("fresh", query())).extracting(Candidate::id).containsOnly(5L);
        FoundCandidates trending = finder.find(CandidateQuery.of(1, NOW + 1_000), PATIENCE).join();
        assertThat(trending.candidates())
                .filteredOn(one -> one.source().equals("trending"))
                .extracting(Candidate::id)
                .containsExactlyInAnyOrder(50L, 51L, 52L);
        FoundCandidates together =
                finder.find(query().withHistory(new long[] {50}, new long[0]), PATIENCE).join();
        for (String source : List.of("covisitation", "graph")) {
            assertThat(together.reports())
                    .filteredOn(report -> report.source().equals(source))
                    .singleElement()
                    .satisfies(report -> assertThat(report.found()).isEqualTo(2));
        }
        items.delete(51).join();
        await(
                any ->
                        finder.find(query(), PATIENCE).join().candidates().stream()
                                .noneMatch(one -> one.id() == 51));
    }

    @Test
    void peopleToFollowComeFromTheGraphAndNewItemsFromWhereTheItemsMoved()
            throws InterruptedException {
        users.write(
                        List.of(
                                new UserWrite.Connect(2, EdgeKind.FOLLOW, 3, NOW),
                                new UserWrite.Connect(2, EdgeKind.FOLLOW, 4, NOW),
                                new UserWrite.Connect(3, EdgeKind.FOLLOW, 1, NOW)))
                .join();
        finder.rebuild().join();
        FoundCandidates people =
                finder.findPeople(query().withHistory(new long[0], new long[] {2}), PATIENCE)
                        .join();
        assertThat(people.candidates()).extracting(Candidate::id).containsExactlyInAnyOrder(3L, 4L);
        assertThat(people.candidates()).allMatch(one -> one.reason() == Reason.FRIENDS_OF_FRIENDS);

        ItemShards moved =
                Resharding.run(items, name + "-items.2", 1, ITEM_SETTINGS, 1, BuildProgress.SILENT);
        moved.put(List.of(Item.of(1_000, 77, NOW).withEmbedding(new float[] {.5f, .5f}))).join();
        await(
                any ->
                        from("followed", query().withHistory(new long[0], new long[] {77})).stream()
                                .anyMatch(one -> one.id() == 1_000));
        moved.shards().forEach(cluster()::stop);
    }
}
