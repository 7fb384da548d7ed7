package dev.mobula.ranking.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.testing.Seeds;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ValueModelTest {
    private static final List<String> HEADS = List.of("click", "reply", "report", "dwell.s");
    private static final double[] SCORES = {0.5, 0.1, 0.02, 30};

    @Test
    void anExpressionIsItsArithmetic() {
        assertValue("click + 4 * reply - 30 * report", 0.5 + 0.4 - 0.6);
        assertValue("-click", -0.5);
        assertValue("2 * (click - reply) / 4", 0.2);
        assertValue("click - reply - report", 0.5 - 0.1 - 0.02);
        assertValue("1 - 2 * 3", -5);
        assertValue("8 / 4 / 2", 1);
        assertValue("min(click, reply) + max(click, 1.5e-1)", 0.6);
        assertValue("log1p(dwell.s) * pow(click, 2)", Math.log1p(30) * 0.25);
        assertValue("--click", 0.5);
    }

    @Test
    void termsAddUpToTheValue() {
        ValueExpression expression = ValueExpression.parse("click + 4*reply - 30 * report", HEADS);
        List<ValueExpression.Term> terms = expression.terms(SCORES, 0);
        assertThat(terms)
                .extracting(ValueExpression.Term::text)
                .containsExactly("click", "4*reply", "-30 * report");
        assertThat(terms.stream().mapToDouble(ValueExpression.Term::value).sum())
                .isCloseTo(expression.value(SCORES, 0), within(1e-12));
        assertThat(terms.get(2).value()).isCloseTo(-0.6, within(1e-12));
    }

    @Test
    void anExpressionReadsTheHeadsThatItNames() {
        ValueExpression expression = ValueExpression.parse("-min(click, 2) + 4 * reply", HEADS);
        assertThat(HEADS).filteredOn(expression::reads).containsExactly("click", "reply");
        assertThat(expression.reads("no head")).isFalse();
    }

    @Test
    void anUnknownHeadIsRefusedByNameAndPosition() {
        refuses("click + likes", "position 9: no head 'likes'");
    }

    @Test
    void whateverDoesNotParseIsRefusedByPosition() {
        refuses("", "position 1: ends too early");
        refuses("click +", "position 8: ends too early");
        refuses("click reply", "position 7: did not expect 'r'");
        refuses("(click", "position 7: expected ')'");
        refuses("min(click)", "position 1: min takes 2 arguments, got 1");
        refuses("sin(click)", "position 1: no function 'sin'");
        refuses("1.2.3", "position 1: '1.2.3' is no number");
        refuses("1e999", "position 1: a number is not finite");
        refuses("(".repeat(100) + "1", "nested deeper than 64");
    }

    @Test
    void noTextEndsInAnythingButARefusalOrAnExpression() {
        String alphabet = "click +-*/(),.0123456789epowmin \t_";
        Seeds.forAll(
                3_000,
                random -> {
                    StringBuilder text = new StringBuilder();
                    for (int i = random.nextInt(30); i > 0; i--) {
                        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                    }
                    try {
                        ValueExpression.parse(text.toString(), HEADS).value(SCORES, 0);
                    } catch (RankingException refusal) {
                        assertThat(refusal).hasMessageContaining("position");
                    }
                });
    }

    @Test
    void aRefusalNamesTheSurface() {
        assertThatThrownBy(() -> ValueModel.of("v2", Map.of("home", "clik"), HEADS))
                .hasMessageContaining("surface 'home'")
                .hasMessageContaining("'clik'");
    }

    @Test
    void aModelReadsBackAsItWas() {
        ValueModel model = ValueModel.of("v2", Map.of("home", "click", "push", "-report"), HEADS);
        ValueModel again = ValueModel.parse(model.toJson(), HEADS);
        assertThat(again.version()).isEqualTo("v2");
        assertThat(again.of("push").value(SCORES, 0)).isEqualTo(-0.02);
        assertThat(again.toJson()).isEqualTo(model.toJson());
        assertThatThrownBy(() -> again.of("mail")).hasMessageContaining("no surface 'mail'");
    }

    @Test
    void aPreviewIsTheNewOrderAndNamesTheOld() {
        Seeds.forAll(
                30,
                random -> {
                    int n = 1 + random.nextInt(40);
                    long[] ids = new SplittableRandom(n).longs(n).distinct().toArray();
                    double[] scores = random.doubles((long) ids.length * 4).toArray();
                    ValueExpression before = ValueExpression.parse("click", HEADS);
                    ValueExpression after = ValueExpression.parse("reply - report", HEADS);
                    List<ValueModel.Move> moves = ValueModel.preview(ids, scores, before, after);
                    assertThat(moves).extracting(ValueModel.Move::id).doesNotHaveDuplicates();
                    assertThat(moves).hasSize(ids.length);
                    assertThat(moves.stream().mapToInt(ValueModel.Move::rankBefore).sorted())
                            .containsExactlyElementsOf(
                                    java.util.stream.IntStream.range(0, ids.length)
                                            .boxed()
                                            .toList());
                    for (int i = 1; i < moves.size(); i++) {
                        assertThat(moves.get(i).valueAfter())
                                .isLessThanOrEqualTo(moves.get(i - 1).valueAfter());
                    }
                });
    }

    private static void assertValue(String text, double expected) {
        assertThat(ValueExpression.parse(text, HEADS).value(SCORES, 0))
                .as(text)
                .isCloseTo(expected, within(1e-12));
    }

    private static void refuses(String text, String why) {
        assertThatThrownBy(() -> ValueExpression.parse(text, HEADS))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining(why);
    }
}
