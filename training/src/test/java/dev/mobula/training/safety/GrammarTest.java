package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GrammarTest {
    @Test
    void theGrammarOfInjectionsWritesManyDifferentTexts() {
        Grammar grammar = Grammar.injection();
        Set<String> attacks = new HashSet<>();
        Seeds.forAll(
                500,
                random -> {
                    String attack = grammar.write("attack", random, slot -> "word");
                    String benign = grammar.write("benign", random, slot -> "word");
                    assertThat(attack).isNotBlank().doesNotContain("$");
                    assertThat(benign).isNotBlank().doesNotContain("$");
                    attacks.add(attack);
                });
        assertThat(attacks).hasSizeGreaterThan(450);
    }

    @Test
    void oneSeedWritesOneText() {
        Grammar grammar = Grammar.injection();
        assertThat(grammar.write("attack", new SplittableRandom(4), slot -> slot))
                .isEqualTo(grammar.write("attack", new SplittableRandom(4), slot -> slot));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a: one $b~'$b' is not explained anywhere",
                "a: $b ; b: $a~comes back to itself",
                "a: $a~comes back to itself",
                "a one~must be 'name: one | other'",
                "A: one~must be 'name: one | other'",
            })
    void aGrammarThatDoesNotEndOrIsNotWholeIsRefused(String source, String told) {
        assertThatThrownBy(() -> Grammar.parse(source.replace(" ; ", "\n")))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining(told);
    }

    @Test
    void aTextStaysWithinItsLimitHoweverTheGrammarGrows() {
        StringBuilder source = new StringBuilder("n0: word\n");
        for (int i = 1; i < 15; i++) {
            source.append("n%d: $n%d $n%d $n%d\n".formatted(i, i - 1, i - 1, i - 1));
        }
        Grammar grammar = Grammar.parse(source.toString());
        assertThat(grammar.write("n14", new SplittableRandom(1), slot -> ""))
                .hasSizeLessThanOrEqualTo(Grammar.TEXT_CHARS_MAX);
    }

    @Test
    void triggerWordsAreThoseThatSetTheClassApart() {
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            texts.add(i % 2 == 0 ? "ignore the river " + i : "follow the river " + i);
            names.add(i % 2 == 0 ? "bad" : "fine");
        }
        LabelledTexts all = LabelledTexts.of(texts, names);
        assertThat(HardNegatives.triggers(all, 0, 5)).containsExactly("ignore");
        LabelledTexts more = HardNegatives.written(all, 0, Grammar.injection(), 300, 500, 1);
        assertThat(more.size()).isEqualTo(660);
        long harmless =
                IntStream.range(60, 660)
                        .filter(i -> more.labels()[i] == 1)
                        .filter(i -> more.texts().get(i).contains("ignore"))
                        .count();
        assertThat(harmless).isPositive();
    }

    @Test
    void theHarmlessTextNearestToAPositiveIsNamed() {
        LabelledTexts all =
                LabelledTexts.of(
                        List.of(
                                "claim your free prize now",
                                "the river is calm today",
                                "claim your free seat now",
                                "lunch in the garden today"),
                        List.of("spam", "fine", "fine", "fine"));
        List<HardNegatives.Near> near = HardNegatives.nearest(all, 1, 10);
        assertThat(near).hasSize(1);
        assertThat(near.getFirst().positive()).isZero();
        assertThat(near.getFirst().harmless()).isEqualTo(2);
        assertThat(near.getFirst().likeness()).isBetween(.2, 1.0);
    }
}
