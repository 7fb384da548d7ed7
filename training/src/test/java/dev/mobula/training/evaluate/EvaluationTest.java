package dev.mobula.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.PublicData;
import dev.mobula.training.data.InteractionFiles;
import dev.mobula.training.data.Interactions;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Published numbers, reached again on the data they were published for.
final class EvaluationTest {
    private static final Offset<Double> BAND = within(.002);

    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void movielensByThePortableSplitIsWhereTheReferenceIs() {
        Split split = Split.portable(movielens());
        RankingRow popular = evaluate(2).run(model("popular"), split, 20);
        assertThat(popular.recall()).isCloseTo(.1729, BAND);
        assertThat(popular.ndcg()).isCloseTo(.1407, BAND);
        RankingRow ease = evaluate(2).run(model("ease=200"), split, 20);
        assertThat(ease.recall()).isCloseTo(.3636, BAND);
        assertThat(ease.ndcg()).isCloseTo(.2964, BAND);
        assertThat(ease.users()).isEqualTo(popular.users());
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        Split split = Split.portable(movielens());
        RankingRow one = evaluate(1).run(model("graph-filter"), split, 20);
        RankingRow two = evaluate(2).run(model("graph-filter"), split, 20);
        assertThat(one.ndcg()).isEqualTo(two.ndcg());
        assertThat(one.recall()).isEqualTo(two.recall());
        assertThat(one.coverage()).isEqualTo(two.coverage());
    }

    @Test
    @Tag("long")
    void theClosedFormBeatsThePublishedTableOnMovielens() {
        Interactions data = movielens();
        double ndcg = 0;
        for (int seed = 0; seed < 5; seed++) {
            ndcg +=
                    evaluate(2).run(model("ease"), Split.stratified(data, .75, seed), 10).ndcg()
                            / 5;
        }
        assertThat(ndcg).isBetween(.47, .50);
    }

    @Test
    @Tag("long")
    void theGraphFilterReachesItsPublishedNumbersOnGowalla() {
        Path folder = PublicData.require("gowalla");
        List<Path> files = List.of(folder.resolve("train.txt.gz"), folder.resolve("test.txt.gz"));
        Split split = Split.given(InteractionFiles.readLists(files, new Rejects(0)));
        RankingRow row = evaluate(2).run(model("graph-filter"), split, 20);
        assertThat(row.recall()).isCloseTo(.1862, BAND);
        assertThat(row.ndcg()).isCloseTo(.1563, BAND);
        assertThat(row.users()).isEqualTo(29_858);
    }

    @Test
    @Tag("long")
    void friendshipsOnTwitchAreFoundAsTheReferenceFindsThem() {
        Path folder = PublicData.require("twitch-de");
        List<Path> files =
                List.of(folder.resolve("train_edges.csv.gz"), folder.resolve("edges.csv.gz"));
        Split split = Split.links(InteractionFiles.readEdges(files, new Rejects(0)));
        LinkRow adamicAdar = links().run(model("adamic-adar"), split, 20);
        LinkRow degree = links().run(model("degree"), split, 20);
        LinkRow filter = links().run(model("graph-filter"), split, 20);
        assertThat(adamicAdar.aucRandom()).isCloseTo(.8106, within(.005));
        assertThat(degree.aucRandom()).isCloseTo(.9129, within(.005));
        assertThat(degree.aucDegreeMatched()).isCloseTo(.5, within(.03));
        assertThat(filter.aucRandom()).isGreaterThan(degree.aucRandom());
        assertThat(filter.aucDegreeMatched()).isGreaterThan(.6);
        assertThat(filter.ranking().recall()).isGreaterThan(adamicAdar.ranking().recall());
    }

    @Test
    void progressReachesTheEndOfEveryPhase() {
        List<String> steps = Collections.synchronizedList(new ArrayList<>());
        InteractionEvaluation evaluation =
                new InteractionEvaluation(
                        executor,
                        2,
                        () -> 0,
                        (phase, done, total) -> steps.add(phase + " " + done + "/" + total));
        RankingRow row = evaluation.run(model("popular"), Split.portable(movielens()), 5);
        assertThat(steps)
                .contains("popular fit 1/1", "popular rank " + row.users() + "/" + row.users());
    }

    @Test
    void namesOfModelsAreReadWithTheirNumbers() {
        assertThat(ModelName.parse("popular, ease=500"))
                .hasToString("[popular, ease=500.0]")
                .containsExactly(
                        new ModelName(ModelName.Kind.POPULAR, 0),
                        new ModelName(ModelName.Kind.EASE, 500));
        assertThatThrownBy(() -> ModelName.parse("popular,bert"))
                .hasMessageContaining("model=bert: must be one of popular, covisitation");
        assertThatThrownBy(() -> ModelName.parse("ease=many"))
                .hasMessageContaining("must be a number");
        assertThatThrownBy(() -> ModelName.parse("ease=-1")).hasMessageContaining("ease=-1.0");
        assertThatThrownBy(() -> ModelName.parse("popular=3"))
                .hasMessageContaining("takes no number");
    }

    private static Interactions movielens() {
        Path file = PublicData.require("ml-100k").resolve("ml-100k.inter.gz");
        return InteractionFiles.readEvents(file, new Rejects(0));
    }

    private static ModelName model(String name) {
        return ModelName.parse(name).getFirst();
    }

    private InteractionEvaluation evaluate(int threads) {
        return new InteractionEvaluation(executor, threads, System::nanoTime, Progress.NONE);
    }

    private LinkEvaluation links() {
        return new LinkEvaluation(evaluate(2), executor, 2, 1);
    }
}
