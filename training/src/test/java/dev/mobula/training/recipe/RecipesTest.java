package dev.mobula.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.model.Weights;
import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.SequenceFiles;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.encoder.EncoderFolder;
import dev.mobula.training.evaluate.PersonModel;
import dev.mobula.training.factor.Embeddings;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.run.Experiment;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.run.RunFolder;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunRecord.State;
import dev.mobula.training.run.RunWatcher;
import dev.mobula.training.sequence.NextItemModel;
import dev.mobula.training.towers.TwoTowerModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every recipe for what people have next learns, is broken off and taken up, is judged and published.
final class RecipesTest {
    private static final int PEOPLE = 300;
    private static final int ITEMS = 60;
    private static final int GROUPS = 6;

    @TempDir static Path root;

    /// People stay among the items of their group, and walk through them in order.
    @BeforeAll
    static void write() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder lines = new StringBuilder();
        int size = ITEMS / GROUPS;
        for (int person = 0; person < PEOPLE; person++) {
            int group = random.nextInt(GROUPS);
            int at = random.nextInt(size);
            lines.append("p").append(1_000 + person);
            for (int event = 0; event < 7; event++) {
                lines.append(" i").append(100 + group * size + at);
                at = (at + 1 + (random.nextDouble() < .2 ? 1 : 0)) % size;
            }
            lines.append('\n');
        }
        Files.writeString(root.resolve("events.txt"), lines);
    }

    private static Path description(String task, String name, String more) throws Exception {
        String model =
                switch (task) {
                    case TwoTowers.NAME ->
                            "{width: 16, dimension: 16, hidden: [32], events: 5, temperature: 0.1}";
                    case NextItems.NAME ->
                            "{width: 16, events: 6, blocks: 1, negatives: 12, dropout: 0.1}";
                    default -> "{width: 16, temperature: 0.2, pairs: 2}";
                };
        return Files.writeString(
                root.resolve(name + ".yaml"),
                """
                name: %s
                task: %s
                seed: 5
                batch: 64
                steps: 120
                data: {sequences: events.txt, k: 5}
                model: %s
                optimizer: {rate: 0.003, table-rate: 0.01, table: adam}
                checkpoint: {every: 30}
                evaluation: {every: 40}
                bundle: {name: %s, store: bundles}
                %s
                """
                        .formatted(name, task, model, name, more));
    }

    private static RunRecord run(Path file, String id, RunWatcher watcher) {
        return experiment(file, id, watcher).run();
    }

    private static Experiment experiment(Path file, String id, RunWatcher watcher) {
        return new Experiment(
                RunDescription.read(file, Recipes.all()),
                new RunFolder(root.resolve("runs").resolve(id)),
                watcher,
                InstantSource.system(),
                System::nanoTime);
    }

    private static Bundle bundle(RunRecord record) {
        BundleStore store =
                BundleStore.open(root.resolve("bundles"), 1L << 30, InstantSource.system());
        return store.load(record.bundle(), (done, total) -> {});
    }

    private static Path encoder(RunRecord record) {
        return bundle(record).path(Role.ENCODER, record.recipe());
    }

    @ParameterizedTest
    @CsvSource({"two-tower, 0.6", "sequence, 0.6", "factorisation, 0.35"})
    void aRecipeLearnsAndItsBundleRanksAsItWasJudged(String task, double least) throws Exception {
        RunRecord record = run(description(task, task, ""), task, RunWatcher.NONE);
        assertThat(record.state()).isEqualTo(State.DONE);
        assertThat(record.metrics().get("hit-rate@5")).isGreaterThan(least);
        RunFolder folder = new RunFolder(root.resolve("runs").resolve(task));
        assertThat(Files.readString(folder.report())).contains("hit-rate@5", "task: " + task);
        Sequences all = SequenceFiles.read(root.resolve("events.txt"), new Rejects(0));
        EncoderFolder encoder = new EncoderFolder(encoder(record));
        assertThat(encoder.items()).isEqualTo(all.itemIds());
        PersonModel model = load(encoder, task);
        assertThat(hitRate(model, all)).isCloseTo(record.metrics().get("hit-rate@5"), within(1e-9));
        assertFindsWhatTheModelRanks(
                bundle(record).path(Role.ITEM_INDEX, "items").resolve("items.index"),
                encoder,
                model,
                all);
    }

    /// The bundle's index, searched with a person's vector, gives the items that the model scores best, in that order.
    private static void assertFindsWhatTheModelRanks(
            Path file, EncoderFolder encoder, PersonModel model, Sequences all) throws Exception {
        try (FrozenIndex index = FrozenIndex.open(file)) {
            index.verify();
            assertThat(index.count()).isEqualTo(ITEMS);
            FrozenSearcher searcher = index.searcher(System::nanoTime);
            PersonModel.Scorer scorer = model.scorer();
            float[] scores = new float[ITEMS];
            for (int person = 0; person < 20; person++) {
                int[] history = all.itemsOf()[person];
                scorer.score(person, history, scores);
                float[] query = searcher.prepared(vectorOf(encoder, person, history));
                int found = searcher.search(query, 5, ITEMS, FrozenSearcher.NO_DEADLINE);
                assertThat(found).isEqualTo(5);
                for (int place = 0; place < found; place++) {
                    int item = (int) index.id(searcher.row(place));
                    int better = 0;
                    for (float score : scores) {
                        better += score > scores[item] + 1e-6f ? 1 : 0;
                    }
                    assertThat(better).isLessThanOrEqualTo(place);
                }
            }
        }
    }

    private static float[] vectorOf(EncoderFolder encoder, int person, int[] history)
            throws Exception {
        Weights weights = encoder.weights();
        float[] vector = new float[16];
        switch (encoder.kind()) {
            case TwoTowers.NAME ->
                    TwoTowerModel.of(
                                    encoder.shape(TwoTowers.NAME, TwoTowerModel.Shape.class),
                                    weights)
                            .encoder()
                            .encode(history, vector);
            case NextItems.NAME ->
                    NextItemModel.of(
                                    encoder.shape(NextItems.NAME, NextItemModel.Shape.class),
                                    weights)
                            .encoder()
                            .encode(history, vector);
            default ->
                    System.arraycopy(
                            weights.require("vectors.people", List.of(PEOPLE, 16)),
                            person * 16,
                            vector,
                            0,
                            16);
        }
        return vector;
    }

    private static PersonModel load(EncoderFolder encoder, String task) throws Exception {
        Weights weights = encoder.weights();
        return switch (task) {
            case TwoTowers.NAME ->
                    PersonModel.of(
                            TwoTowerModel.of(
                                    encoder.shape(task, TwoTowerModel.Shape.class), weights));
            case NextItems.NAME ->
                    PersonModel.of(
                            (HistoryModel)
                                    NextItemModel.of(
                                            encoder.shape(task, NextItemModel.Shape.class),
                                            weights));
            default -> {
                assertThat(encoder.people()).hasSize(PEOPLE);
                int width = encoder.shape(task, Factors.Shape.class).width();
                yield Factors.of(
                        new Embeddings(
                                width,
                                weights.require("vectors.people", List.of(PEOPLE, width)),
                                weights.require("vectors.items", List.of(ITEMS, width))));
            }
        };
    }

    /// The definition written out: the last event is among the best five of those not had before.
    private static double hitRate(PersonModel model, Sequences all) {
        PersonModel.Scorer scorer = model.scorer();
        float[] scores = new float[ITEMS];
        double hits = 0;
        for (int person = 0; person < PEOPLE; person++) {
            int[] events = all.itemsOf()[person];
            int[] history = Arrays.copyOf(events, events.length - 1);
            int wanted = events[events.length - 1];
            scorer.score(person, history, scores);
            for (int item : history) {
                scores[item] = Float.NEGATIVE_INFINITY;
            }
            int better = 0;
            for (int item = 0; item < ITEMS; item++) {
                boolean isBefore = scores[item] == scores[wanted] && item < wanted;
                better += scores[item] > scores[wanted] || isBefore ? 1 : 0;
            }
            boolean isKnown = Arrays.stream(history).anyMatch(item -> item == wanted);
            hits += !isKnown && better < 5 ? 1 : 0;
        }
        return hits / PEOPLE;
    }

    /// Stops a run after a step.
    private static final class StopAt implements RunWatcher {
        private Experiment experiment;

        @Override
        public void step(StepReport report, int wanted, int rows) {
            if (report.step() == 47) {
                experiment.stop();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"two-tower, engine: vector", "sequence, ''", "factorisation, ''"})
    void aStoppedRunGoesOnToTheSameWeightsBitForBit(String task, String more) throws Exception {
        Path file = description(task, task + "-again", more);
        RunRecord whole = run(file, task + "-whole", RunWatcher.NONE);
        StopAt stop = new StopAt();
        stop.experiment = experiment(file, task + "-again", stop);
        assertThat(stop.experiment.run().stepsDone()).isEqualTo(47);
        RunRecord resumed = run(file, task + "-again", RunWatcher.NONE);
        assertThat(DurableFile.sha256(encoder(resumed).resolve("weights.safetensors")))
                .isEqualTo(DurableFile.sha256(encoder(whole).resolve("weights.safetensors")));
        assertThat(resumed.metrics()).isEqualTo(whole.metrics());
    }

    @ParameterizedTest
    @CsvSource({"two-tower", "sequence", "factorisation"})
    void twoWorkersEndWhereOneEnds(String task) throws Exception {
        Path alone = description(task, task + "-one", "");
        Path two = description(task, task + "-two", "workers: 2");
        if (task.equals(NextItems.NAME)) {
            for (Path file : List.of(alone, two)) {
                String text = Files.readString(file);
                Files.writeString(file, text.replace("dropout: 0.1", "dropout: 0"));
            }
        }
        double one = run(alone, task + "-one", RunWatcher.NONE).lastLoss();
        double other = run(two, task + "-two", RunWatcher.NONE).lastLoss();
        assertThat(other).isCloseTo(one, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two-tower | width: 16 | width: 20 | model.width=20: must be a multiple of 16",
                "two-tower | batch: 64 | batch: 5000 | must be at most the",
                "sequence | heads | heads | engine=vector: must be script or fastest",
                "factorisation | pairs: 2 | pears: 2 | model.pears=2: is not a key here",
                "sequence | sequences: events.txt | sequences: none.txt | none.txt: no such file",
                "sequence | sequences: events.txt | joined: none | no such folder",
                "sequence | k: 5 | k: 0 | data.k=0: must be 1 to 1000",
            })
    void whatIsWrongIsRefusedBeforeAnythingStarts(
            String task, String right, String wrong, String message) throws Exception {
        Path file = description(task, "wrong", message.contains("engine") ? "engine: vector" : "");
        String text = Files.readString(file);
        Files.writeString(file, text.replace(right, wrong));
        assertThatThrownBy(() -> RunDescription.read(file, Recipes.all()))
                .hasMessageContaining(message);
    }

    @Test
    void eventsThatChangeUnderARunEndIt() throws Exception {
        Path file = description(TwoTowers.NAME, "changed", "");
        Path events = Files.copy(root.resolve("events.txt"), root.resolve("moving.txt"));
        Files.writeString(file, Files.readString(file).replace("events.txt", "moving.txt"));
        RunWatcher swap =
                new RunWatcher() {
                    @Override
                    public void step(StepReport report, int wanted, int rows) {
                        if (report.step() == 20) {
                            DurableFile.write(events, new byte[] {'x'});
                        }
                    }
                };
        assertThatThrownBy(() -> run(file, "changed", swap))
                .hasMessageContaining("moving.txt changed since it was opened");
    }
}
