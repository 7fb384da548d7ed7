package dev.mobula.retrieval.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IndexShardTest {
    private static final AttributeSchema SCHEMA = AttributeSchema.of("language", "author");
    private static final Executor NEVER = task -> {};
    private static final int DIMENSION = 6;

    @TempDir Path folder;
    private final AtomicInteger folders = new AtomicInteger();

    @Test
    void agreesWithAPlainTableThroughEveryMixOfWritesAndCompactions() {
        Seeds.forAll(
                25,
                random -> {
                    Metric metric = Metric.ofCode(random.nextInt(3)).orElseThrow();
                    IndexSpec spec = spec(metric).withLive(400, 400);
                    ShardModel model = new ShardModel(metric);
                    try (IndexShard shard = open(fresh(), spec)) {
                        for (int step = 0; step < 300; step++) {
                            step(random, shard, model);
                        }
                        assertThat(shard.stats().items()).isEqualTo(model.size());
                    }
                });
    }

    @Test
    void anUpsertIsFoundAtOnceAndADeletionNeverAgain() {
        try (IndexShard shard = open(fresh(), spec(Metric.COSINE))) {
            SplittableRandom random = new SplittableRandom(1);
            for (long id = 0; id < 200; id++) {
                float[] vector = ShardModel.vector(random, DIMENSION);
                assertThat(shard.upsert(id, vector, new Attributes(1, 2)))
                        .isEqualTo(WriteResult.APPLIED);
                assertThat(shard.search(vector, 1, SearchOptions.DEFAULT).ids())
                        .containsExactly(id);
                if (id % 2 == 0) {
                    assertThat(shard.delete(id)).isTrue();
                    assertThat(shard.delete(id)).isFalse();
                    assertThat(shard.search(vector, 200, SearchOptions.DEFAULT.withEf(200)).ids())
                            .doesNotContain(id);
                }
                if (id % 50 == 49) {
                    shard.compact(BuildProgress.SILENT);
                }
            }
            assertThat(shard.stats().items()).isEqualTo(100);
        }
    }

    @Test
    void aReopenedShardHoldsWhatWasCompactedAndItsPosition() {
        Path path = fresh();
        SplittableRandom random = new SplittableRandom(2);
        float[] kept = ShardModel.vector(random, DIMENSION);
        try (IndexShard shard = open(path, spec(Metric.INNER_PRODUCT))) {
            shard.upsert(-7, kept, new Attributes(3, 4));
            shard.advance(41);
            shard.compact(BuildProgress.SILENT);
            shard.upsert(8, ShardModel.vector(random, DIMENSION), new Attributes(3, 4));
            shard.advance(42);
        }
        try (IndexShard shard = open(path, spec(Metric.INNER_PRODUCT))) {
            shard.verify();
            assertThat(shard.stats().verified()).isTrue();
            assertThat(shard.stats().position()).isEqualTo(41);
            Filter filter = Filter.all(Filter.oneOf("language", 3), Filter.oneOf("author", 4));
            assertThat(shard.search(kept, 5, SearchOptions.DEFAULT.withFilter(filter)).ids())
                    .containsExactly(-7);
            assertThatThrownBy(() -> shard.advance(40)).hasMessageContaining("position=40");
        }
    }

    @Test
    void theSameItemsGiveTheSameLeavesWhateverWasWrittenBefore() throws IOException {
        SplittableRandom random = new SplittableRandom(6);
        List<float[]> vectors = new ArrayList<>();
        for (int id = 0; id < 300; id++) {
            vectors.add(ShardModel.vector(random, DIMENSION));
        }
        List<byte[]> files = new ArrayList<>();
        for (boolean detour : new boolean[] {false, true}) {
            Path path = fresh();
            try (IndexShard shard = open(path, spec(Metric.COSINE).withLive(1000, 1000))) {
                for (int id = 299; detour && id >= 0; id -= 2) {
                    shard.upsert(id, ShardModel.vector(random, DIMENSION), new Attributes(9, 9));
                }
                shard.compact(BuildProgress.SILENT);
                for (int id = 0; id < 300; id++) {
                    shard.upsert(id, vectors.get(id), new Attributes(id, 2));
                }
                shard.compact(BuildProgress.SILENT);
            }
            try (var found = Files.list(path)) {
                files.add(Files.readAllBytes(found.findFirst().orElseThrow()));
            }
        }
        assertThat(files.get(1)).isEqualTo(files.get(0));
    }

    @Test
    void onlyTheNewestSnapshotStaysInTheFolder() throws IOException {
        Path path = fresh();
        try (IndexShard shard = open(path, spec(Metric.COSINE))) {
            for (int i = 1; i <= 3; i++) {
                shard.upsert(i, new float[] {i, 1, 1, 1, 1, 1}, new Attributes(0, 0));
                shard.compact(BuildProgress.SILENT);
            }
            try (var files = Files.list(path)) {
                assertThat(files)
                        .containsExactlyInAnyOrder(path.resolve("LOCK"), shard.stats().snapshot());
            }
        }
    }

    @Test
    void fullIsAnAnswerAndACompactionMakesRoom() {
        try (IndexShard shard = open(fresh(), spec(Metric.COSINE).withLive(4, 4))) {
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < 4; i++) {
                assertThat(
                                shard.upsert(
                                        1,
                                        ShardModel.vector(random, DIMENSION),
                                        new Attributes(0, 0)))
                        .isEqualTo(WriteResult.APPLIED);
            }
            float[] refused = ShardModel.vector(random, DIMENSION);
            assertThat(shard.upsert(2, refused, new Attributes(0, 0))).isEqualTo(WriteResult.FULL);
            assertThat(shard.stats().items()).isEqualTo(1);
            shard.compact(BuildProgress.SILENT);
            assertThat(shard.upsert(2, refused, new Attributes(0, 0)))
                    .isEqualTo(WriteResult.APPLIED);
            assertThat(shard.stats().items()).isEqualTo(2);
        }
    }

    @Test
    void aFullLiveIndexStartsACompactionByItself() {
        List<Runnable> queue = new ArrayList<>();
        try (IndexShard shard =
                IndexShard.open(
                        fresh(), spec(Metric.COSINE).withLive(100, 10), () -> 0, queue::add)) {
            SplittableRandom random = new SplittableRandom(4);
            for (int i = 0; i < 30; i++) {
                shard.upsert(i, ShardModel.vector(random, DIMENSION), new Attributes(0, 0));
            }
            assertThat(queue).hasSize(1);
            queue.removeFirst().run();
            assertThat(shard.stats().frozenRows()).isEqualTo(30);
            assertThat(shard.stats().liveUsed()).isZero();
            assertThat(queue).isEmpty();
        }
    }

    @Test
    void aFailedCompactionLosesNothingAndTheNextOneTakesItAll() throws IOException {
        Path path = fresh();
        ShardModel model = new ShardModel(Metric.COSINE);
        SplittableRandom random = new SplittableRandom(5);
        try (IndexShard shard = open(path, spec(Metric.COSINE))) {
            write(random, shard, model, 60);
            Path inTheWay = Files.createDirectory(path.resolve("snapshot-000000000002.index.tmp"));
            Files.createFile(inTheWay.resolve("x"));
            assertThatThrownBy(() -> shard.compact(BuildProgress.SILENT))
                    .isInstanceOf(RetrievalException.class);
            assertThat(shard.stats().lastFailure()).isPresent();
            model.check(random, shard);
            write(random, shard, model, 60);
            Files.delete(inTheWay.resolve("x"));
            Files.delete(inTheWay);
            shard.compact(BuildProgress.SILENT);
            model.check(random, shard);
            shard.compact(BuildProgress.SILENT);
            model.check(random, shard);
            assertThat(shard.stats().lastFailure()).isEmpty();
            assertThat(shard.stats().liveItems()).isZero();
        }
    }

    @Test
    void writesDuringACompactionAreNeitherLostNorResurrected() {
        Seeds.forAll(
                15,
                random -> {
                    ShardModel model = new ShardModel(Metric.COSINE);
                    try (IndexShard shard = open(fresh(), spec(Metric.COSINE))) {
                        write(random, shard, model, 80);
                        shard.compact(
                                (stage, done, total) -> {
                                    write(random, shard, model, 30);
                                    model.check(random, shard);
                                });
                        model.check(random, shard);
                        shard.compact((stage, done, total) -> write(random, shard, model, 30));
                        model.check(random, shard);
                        assertThat(shard.stats().items()).isEqualTo(model.size());
                    }
                });
    }

    @Test
    void mergedAnswersOfShardsAreTheBestOfTheirUnion() {
        Seeds.forAll(
                20,
                random -> {
                    int shards = 1 + random.nextInt(5);
                    ShardModel model = new ShardModel(Metric.INNER_PRODUCT);
                    List<IndexShard> open = new ArrayList<>();
                    try {
                        for (int i = 0; i < shards; i++) {
                            open.add(open(fresh(), spec(Metric.INNER_PRODUCT)));
                        }
                        for (long id = 0; id < 300; id++) {
                            float[] vector = ShardModel.vector(random, DIMENSION);
                            open.get((int) (id % shards)).upsert(id, vector, new Attributes(0, 0));
                            model.put(id, vector);
                            if (id == 150) {
                                open.forEach(shard -> shard.compact(BuildProgress.SILENT));
                            }
                        }
                        for (int i = 0; i < 10; i++) {
                            float[] query = ShardModel.vector(random, DIMENSION);
                            int k = 1 + random.nextInt(40);
                            List<Hits> answers = new ArrayList<>();
                            open.forEach(
                                    shard ->
                                            answers.add(
                                                    shard.search(
                                                            query,
                                                            k,
                                                            SearchOptions.DEFAULT.withEf(400))));
                            Collections.shuffle(answers, new java.util.Random(random.nextLong()));
                            assertThat(Hits.merge(answers, k).ids())
                                    .isEqualTo(model.nearest(query, k));
                        }
                    } finally {
                        open.forEach(IndexShard::close);
                    }
                });
    }

    @Test
    void badInputIsRefusedByNameAndChangesNothing() {
        try (IndexShard shard = open(fresh(), spec(Metric.COSINE))) {
            float[] good = {1, 2, 3, 4, 5, 6};
            Attributes none = new Attributes(0, 0);
            refused(
                    () -> shard.upsert(5, new float[5], none),
                    "vector of id 5.length=5: must be 6");
            refused(
                    () -> shard.upsert(5, new float[] {1, Float.NaN, 0, 0, 0, 0}, none),
                    "vector of id 5[1]=NaN: must be finite");
            refused(
                    () -> shard.upsert(5, good, Attributes.NONE),
                    "attributes of id 5=0 values: must be one for each of [language, author]");
            refused(
                    () -> shard.search(new float[7], 1, SearchOptions.DEFAULT),
                    "query.length=7: must be 6");
            refused(() -> shard.search(good, 0, SearchOptions.DEFAULT), "k=0: must be in 1..10000");
            refused(
                    () ->
                            shard.search(
                                    good,
                                    1,
                                    SearchOptions.DEFAULT.withFilter(Filter.oneOf("colour", 1))),
                    "attribute=colour: is unknown, the index has [language, author]");
            refused(
                    () ->
                            shard.upsertAll(
                                    new long[] {3, 4, 3},
                                    new float[][] {good, good, good},
                                    List.of(none, none, none)),
                    "ids[2]=3: appears more than once in the batch");
            assertThat(shard.stats().items()).isZero();
            assertThat(
                            shard.upsertAll(
                                    new long[] {3, 4},
                                    new float[][] {good, good},
                                    List.of(none, none)))
                    .isEqualTo(2);
            assertThat(shard.stats().items()).isEqualTo(2);
        }
    }

    @Test
    void aFolderBelongsToOneShard() {
        Path path = fresh();
        IndexSpec spec = spec(Metric.COSINE);
        IndexShard shard = open(path, spec);
        assertThatThrownBy(() -> open(path, spec)).hasMessageContaining("belongs to another shard");
        shard.close();
        open(path, spec).close();
    }

    @Test
    void aSnapshotOfAnotherIndexIsRefusedWithBothDescriptions() {
        Path path = fresh();
        open(path, spec(Metric.COSINE)).close();
        assertThatThrownBy(() -> open(path, spec(Metric.SQUARED_L2)))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("SQUARED_L2")
                .hasMessageContaining("COSINE");
        open(path, spec(Metric.COSINE)).close();
    }

    @Test
    void aClosedShardSaysSo() {
        IndexShard shard = open(fresh(), spec(Metric.COSINE));
        shard.close();
        shard.close();
        refused(
                () -> shard.search(new float[DIMENSION], 1, SearchOptions.DEFAULT),
                "index shard is closed");
        refused(() -> shard.delete(1), "index shard is closed");
    }

    @Test
    void closingEndsACompactionAndLeavesNoFileOfIt() throws IOException {
        Path path = fresh();
        IndexShard shard = open(path, spec(Metric.COSINE));
        write(new SplittableRandom(1), shard, new ShardModel(Metric.COSINE), 100);
        assertThatThrownBy(
                        () ->
                                shard.compact(
                                        (stage, done, total) -> {
                                            throw new java.util.concurrent.CancellationException(
                                                    "enough");
                                        }))
                .hasMessage("enough");
        shard.close();
        try (var files = Files.list(path)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void aSearchLeavesAFlightRecorderEvent() throws IOException {
        Path dump = folder.resolve("events.jfr");
        try (Recording recording = new Recording();
                IndexShard shard = open(fresh(), spec(Metric.COSINE))) {
            recording.enable("dev.mobula.IndexSearch").withoutThreshold();
            recording.enable("dev.mobula.IndexBuild").withoutThreshold();
            recording.start();
            shard.upsert(1, new float[] {1, 0, 0, 0, 0, 0}, new Attributes(0, 0));
            shard.compact(BuildProgress.SILENT);
            shard.search(new float[] {1, 0, 0, 0, 0, 0}, 3, SearchOptions.DEFAULT);
            recording.stop();
            recording.dump(dump);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(dump);
        assertThat(events)
                .extracting(event -> event.getEventType().getName())
                .containsOnlyOnce("dev.mobula.IndexSearch", "dev.mobula.IndexBuild");
        RecordedEvent search =
                events.stream()
                        .filter(event -> event.getEventType().getName().endsWith("Search"))
                        .findFirst()
                        .orElseThrow();
        assertThat(search.getInt("k")).isEqualTo(3);
        assertThat(search.getInt("results")).isEqualTo(1);
        assertThat(search.getStackTrace()).isNull();
    }

    private static void step(SplittableRandom random, IndexShard shard, ShardModel model) {
        switch (random.nextInt(12)) {
            case 0 -> shard.compact(BuildProgress.SILENT);
            case 1, 2 -> model.check(random, shard);
            default -> write(random, shard, model, 1);
        }
    }

    private static void write(
            SplittableRandom random, IndexShard shard, ShardModel model, int count) {
        for (int i = 0; i < count; i++) {
            long id = random.nextLong(120);
            if (random.nextInt(3) == 0) {
                assertThat(shard.delete(id)).isEqualTo(model.remove(id));
            } else {
                float[] vector = ShardModel.vector(random, DIMENSION);
                if (shard.upsert(id, vector, new Attributes(id % 3, id)) == WriteResult.APPLIED) {
                    model.put(id, vector);
                } else {
                    shard.compact(BuildProgress.SILENT);
                }
            }
        }
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(RetrievalException.class).hasMessage(message);
    }

    private Path fresh() {
        return folder.resolve("shard-" + folders.getAndIncrement());
    }

    private static IndexSpec spec(Metric metric) {
        return IndexSpec.of(metric, DIMENSION, SCHEMA)
                .withGraph(new GraphSpec(8, 40, 1, 1))
                .withLive(2000, 2000);
    }

    private static IndexShard open(Path path, IndexSpec spec) {
        return IndexShard.open(path, spec, () -> 0, NEVER);
    }
}
