package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.safety.PromotedModels;
import dev.mobula.ranking.safety.StackedModel;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.bundle.BundleStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model is trained from a file, and an engine judges by it once it is promoted.
final class SafetyCommandTest {
    private static final List<String> OFFERS =
            List.of("cheap", "pills", "winner", "casino", "bonus", "click", "free", "crypto");
    private static final List<String> TALK =
            List.of("river", "garden", "train", "winter", "bread", "music", "letter", "friend");

    @TempDir private Path folder;

    @Test
    void anEngineJudgesByThePromotedBundleAlone() throws IOException {
        Path store = folder.resolve("safety");
        Said said = new Said(console -> SafetyCommand.of(console, folder));
        assertThat(said.run("train", texts(), "--bits", "12")).as(said.err()).isZero();
        String id = said.out().strip().lines().reduce((first, last) -> last).orElseThrow();
        assertThat(promoted(store)).isEmpty();

        BundleStore.open(store, 1 << 30, InstantSource.system())
                .promote(id, "a test", (done, total) -> {});
        TextModel model = promoted(store).getFirst();
        assertThat(model.heads()).containsExactly("spam");
        assertThat(score(model, "casino bonus free pills"))
                .isGreaterThan(score(model, "bread and music by the river"));
    }

    @Test
    void aStackTeachesTheNgramModelThatIsServed() throws IOException {
        Path store = folder.resolve("safety");
        Said said = new Said(console -> SafetyCommand.of(console, folder));
        Path data = texts();
        assertThat(said.run("train", data.toString(), "--bits", "12", "--teach", data.toString()))
                .as(said.err())
                .isZero();
        assertThat(said.out()).contains("of what it taught").contains("names who people are");
        assertThat(
                        said.run(
                                "train",
                                data.toString(),
                                "--bits",
                                "12",
                                "--stack",
                                "--grammar",
                                "injection"))
                .as(said.err())
                .isZero();
        String id = said.out().strip().lines().reduce((first, last) -> last).orElseThrow();
        BundleStore.open(store, 1 << 30, InstantSource.system())
                .promote(id, "a test", (done, total) -> {});
        TextModel model = promoted(store).getFirst();
        assertThat(model).isInstanceOf(StackedModel.class);
        assertThat(score(model, "casino bonus free pills"))
                .isGreaterThan(score(model, "bread and music by the river"));
    }

    @Test
    void whatElseIsKnownIsWeighedWhereItHelpsAndIsPartOfTheBundle() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        List<String> lines = new ArrayList<>(List.of("text,label,campaign,noise"));
        for (int i = 0; i < 4_000; i++) {
            boolean bad = i % 4 == 0;
            List<String> words = bad == (random.nextInt(10) > 3) ? OFFERS : TALK;
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 6; word++) {
                text.append(words.get(random.nextInt(words.size()))).append(' ');
                text.append(Integer.toString(random.nextInt(46_656), 36)).append(' ');
            }
            double odds = (bad ? 2.5 : -2.5) + 1.5 * random.nextGaussian();
            String campaign = random.nextInt(5) == 0 ? "" : "" + 1 / (1 + Math.exp(-odds));
            lines.add(
                    text
                            + ","
                            + (bad ? "spam" : "ham")
                            + ","
                            + campaign
                            + ","
                            + random.nextDouble());
        }
        Path data = Files.write(folder.resolve("known.csv"), lines);
        Said said = new Said(console -> SafetyCommand.of(console, folder));
        assertThat(said.run("train", data, "--bits", "12", "--together", "campaign,noise"))
                .as(said.err())
                .isZero();
        assertThat(said.out()).contains("weighed").contains("together");
        String id = said.out().strip().lines().reduce((first, last) -> last).orElseThrow();
        Path store = folder.resolve("safety");
        BundleStore.open(store, 1 << 30, InstantSource.system())
                .promote(id, "a test", (done, total) -> {});
        PromotedModels models = new PromotedModels(store, InstantSource.system());
        assertThat(models.refresh()).isTrue();
        assertThat(models.together().heads()).containsOnlyKeys("spam");
        List<Double> weights =
                models.together().heads().values().iterator().next().model().weights();
        assertThat(weights.get(1)).isGreaterThan(.3);
        assertThat(weights.get(2)).isLessThan(weights.get(1) / 3);
        assertThat(said.run("train", data, "--together", "label")).isNotZero();
    }

    @Test
    void whatIsToBeJudgedDoubtedAndWhatMovedIsTold() throws IOException {
        Path store = folder.resolve("safety");
        Path data = texts();
        Said said = new Said(console -> SafetyCommand.of(console, folder));
        Path out = folder.resolve("batch.jsonl");
        assertThat(said.run("pick", data, out)).isNotZero();
        assertThat(said.err()).contains("no bundle is promoted");
        assertThat(said.run("train", data, "--bits", "12")).as(said.err()).isZero();
        String id = said.out().strip().lines().reduce((first, last) -> last).orElseThrow();
        BundleStore.open(store, 1 << 30, InstantSource.system())
                .promote(id, "a test", (done, total) -> {});
        assertThat(said.run("pick", data, out, "--size", "40")).as(said.err()).isZero();
        assertThat(Files.readAllLines(out)).hasSizeBetween(20, 80);
        assertThat(Files.readString(out)).contains("\"weight\"");
        assertThat(said.run("doubts", data)).as(said.err()).isZero();
        assertThat(said.out()).contains("of 400 labels are doubted");
        assertThat(said.run("drift", data, data)).as(said.err()).isZero();
        assertThat(said.out()).contains("n-grams").contains("scores of spam");
    }

    @Test
    void aFileWithoutTheNamedColumnIsRefusedByName() throws IOException {
        Said said = new Said(console -> SafetyCommand.of(console, folder));
        assertThat(said.run("train", texts(), "--label", "verdict")).isNotZero();
        assertThat(said.err()).contains("verdict");
    }

    @Test
    void rulesAreCheckedJudgedPromotedAndTakenBack() throws IOException {
        Path events = folder.resolve("events.csv");
        List<String> lines = new ArrayList<>(List.of("time,author,links,bad"));
        for (int i = 0; i < 200; i++) {
            lines.add(i * 1000 + ",a" + i % 9 + "," + i % 5 + "," + (i % 5 == 4 ? 1 : 0));
        }
        Files.write(events, lines);
        Path good = rules("good", "rule links { when event.links > 3 then review(\"x\") }");
        Path wide =
                rules(
                        "wide",
                        "rule all { when event.links >= 0 then review(\"x\") limit 5 per day }");
        Path typo = rules("typo", "rule links { when event.lynx > 3 then review(\"x\") }");
        Said said = new Said(console -> SafetyCommand.of(console, folder));
        String data = events.toString();
        assertThat(said.run("rules", "check", good.toString(), data)).as(said.err()).isZero();
        assertThat(said.run("rules", "check", typo.toString(), data)).isNotZero();
        assertThat(said.err()).contains("lynx").contains("1:");
        assertThat(said.run("rules", "promote")).isNotZero();
        String[] backtest = {"rules", "backtest", good.toString(), data, "--label", "bad"};
        assertThat(said.run((Object[]) backtest)).isZero();
        assertThat(said.out()).contains("1.000 (0.912..1.000)");
        assertThat(said.run("rules", "shadow", good.toString(), data)).as(said.err()).isZero();
        assertThat(said.run("rules", "promote", "--note", "try")).as(said.err()).isZero();
        assertThat(said.run("rules", "backtest", wide.toString(), data)).isEqualTo(1);
        assertThat(said.run("rules", "shadow", wide.toString(), data)).isZero();
        assertThat(said.out()).contains("acting, version 1");
        assertThat(said.run("rules", "promote")).isNotZero();
        assertThat(said.err()).contains("touched more than its limits");
        assertThat(said.run("rules", "rollback")).isZero();
        assertThat(said.out()).contains("no rules act");
        assertThat(said.run("rules", "list")).isZero();
        assertThat(said.out()).contains("in the shadow");
    }

    private Path rules(String name, String source) throws IOException {
        return Files.writeString(folder.resolve(name + ".rules"), source);
    }

    private static List<TextModel> promoted(Path store) {
        PromotedModels models = new PromotedModels(store, InstantSource.system());
        models.refresh();
        return models.models();
    }

    private static double score(TextModel model, String text) {
        return model.score(Canonicaliser.read(text), model.scratch())[0];
    }

    private Path texts() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        List<String> lines = new ArrayList<>(List.of("text,label"));
        for (int i = 0; i < 400; i++) {
            List<String> words = i % 2 == 0 ? TALK : OFFERS;
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 8; word++) {
                text.append(words.get(random.nextInt(words.size()))).append(' ');
                text.append(Integer.toString(random.nextInt(46_656), 36)).append(' ');
            }
            lines.add(text + "," + (i % 2 == 0 ? "ham" : "spam"));
        }
        return Files.write(folder.resolve("texts.csv"), lines);
    }
}
