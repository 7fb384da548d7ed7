package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.safety.NgramFolder;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.ranking.safety.TextModelFolder;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextLearningTest {
    private static final List<String> BAD = List.of("casino", "bonus", "pills", "winner", "crypto");
    private static final List<String> GOOD = List.of("river", "garden", "bread", "music", "train");
    private static final List<String> NEW =
            List.of("airdrop", "wallet", "mint", "gasless", "claim");

    @TempDir private Path folder;

    private static String text(List<String> words, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            text.append(words.get(random.nextInt(words.size()))).append(' ');
            text.append(Integer.toString(random.nextInt(46_656), 36)).append(' ');
        }
        return text.toString();
    }

    private static TextTargets base(SplittableRandom random) {
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            texts.add(text(i % 2 == 0 ? GOOD : BAD, random));
            names.add(i % 2 == 0 ? "ham" : "spam");
        }
        return TextTargets.of(LabelledTexts.of(texts, names));
    }

    private static ReviewedTexts decisions(SplittableRandom random, boolean isRight) {
        List<ReviewedTexts.Row> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            boolean isNew = i % 2 == 0;
            String text = text(isNew ? NEW : GOOD, random);
            boolean said = isRight ? isNew : random.nextBoolean();
            rows.add(new ReviewedTexts.Row(text, "spam", said));
        }
        rows.add(new ReviewedTexts.Row("of another label", "hate", true));
        return new ReviewedTexts(rows);
    }

    private BundleStore store() {
        return BundleStore.open(folder.resolve("store"), 1L << 30, InstantSource.system());
    }

    private TextModel promoted() throws IOException {
        String id = store().promotions().promoted().orElseThrow();
        return TextModelFolder.load(
                store().load(id, (done, total) -> {}).path(Role.SAFETY_MODEL, NgramFolder.PART));
    }

    private static double score(TextModel model, String text) {
        return model.score(Canonicaliser.read(text), model.scratch())[0];
    }

    @Test
    void whatPeopleDecidedIsLearnedPromotedAndCanBeTakenBack() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        NgramSettings settings = NgramSettings.usual().withSize(14, 1);
        TextTargets base = base(random);
        TextLearning learning = new TextLearning(store(), settings, false);
        ReviewedTexts nothing = new ReviewedTexts(List.of());
        TextLearning.Turn first =
                learning.turn("text", base, nothing, Optional.empty(), Map.of("texts", "a"));
        assertThat(first.isPromoted()).isTrue();
        String fresh = text(NEW, new SplittableRandom(99));
        double before = score(promoted(), fresh);
        TextLearning.Turn second =
                learning.turn(
                        "text",
                        base,
                        decisions(random, true),
                        Optional.of(promoted()),
                        Map.of("texts", "b"));
        assertThat(second.isPromoted()).as(second.toString()).isTrue();
        assertThat(second.reviewed()).isEqualTo(300);
        assertThat(score(promoted(), fresh)).isGreaterThan(before + .2);
        store().rollback("a test", (done, total) -> {});
        assertThat(store().promotions().promoted()).contains(first.bundle());
    }

    /// Two of a hundred words that say it, among which few texts say little.
    private static TextTargets sparse(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> words = new ArrayList<>();
            for (int word = 0; word < 2; word++) {
                SplittableRandom letters = new SplittableRandom(2L * random.nextInt(100) + i % 2);
                words.add(Integer.toString(letters.nextInt(1 << 30, Integer.MAX_VALUE), 36));
            }
            texts.add(String.join(" ", words) + " " + Integer.toString(i, 36));
            names.add(i % 2 == 0 ? "ham" : "spam");
        }
        return TextTargets.of(LabelledTexts.of(texts, names));
    }

    @Test
    void aWorseModelAndOneThatAGateStopsAreTurnedDownByReason() throws IOException {
        NgramSettings settings = NgramSettings.usual().withSize(16, 1);
        TextLearning learning = new TextLearning(store(), settings, false);
        ReviewedTexts nothing = new ReviewedTexts(List.of());
        TextLearning.Turn first =
                learning.turn(
                        "text", sparse(3_000, 1), nothing, Optional.empty(), Map.of("t", "a"));
        TextLearning.Turn worse =
                learning.turn(
                        "text", sparse(80, 2), nothing, Optional.of(promoted()), Map.of("t", "b"));
        assertThat(worse.against()).singleElement().asString().contains("spam: AUC");
        assertThat(store().promotions().promoted()).contains(first.bundle());
        Files.writeString(
                folder.resolve("store/gates.yaml"),
                "gates:\n  - {metric: recall spam, min: 1.1}\n");
        TextLearning.Turn gated =
                learning.turn(
                        "text",
                        sparse(3_000, 3),
                        nothing,
                        Optional.of(promoted()),
                        Map.of("t", "c"));
        assertThat(gated.against()).singleElement().asString().contains("recall spam");
        assertThat(store().promotions().promoted()).contains(first.bundle());
    }

    @Test
    void decisionsAreReadFromAFile() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("decisions.jsonl"),
                        """
                        {"text": "a", "label": "spam", "positive": true}
                        {"text": "b", "label": "spam", "positive": false}
                        """);
        assertThat(ReviewedTexts.read(file).rows())
                .containsExactly(
                        new ReviewedTexts.Row("a", "spam", true),
                        new ReviewedTexts.Row("b", "spam", false));
    }
}
