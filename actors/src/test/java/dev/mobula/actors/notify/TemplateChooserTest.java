package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TemplateChooserTest {
    private static final List<String> TEMPLATES = List.of("question", "number", "plain");
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final TemplateChooser chooser = new TemplateChooser();

    @Test
    void theTemplateThatWorksIsDrawnMoreOftenAndItsProbabilityIsTold() {
        SplittableRandom random = new SplittableRandom(5);
        int[] early = new int[3];
        int[] late = new int[3];
        double told = 0;
        int rounds = 6_000;
        for (int i = 0; i < rounds; i++) {
            String decision = "d" + i;
            TemplateChooser.Chosen chosen =
                    chooser.choose(decision, 1_000L + i, TEMPLATES, i * DAY / 1_000);
            int at = TEMPLATES.indexOf(chosen.template());
            if (random.nextDouble() < (at == 1 ? 0.3 : 0.1)) {
                chooser.rewarded(decision);
            }
            early[at] += i < 500 ? 1 : 0;
            late[at] += i >= rounds - 1_000 ? 1 : 0;
            told += i >= rounds - 1_000 && at == 1 ? chosen.probability() / 1_000 : 0;
        }
        assertThat(early[1]).as("nothing is known at first").isBetween(120, 210);
        assertThat(late[1]).isGreaterThan(800);
        assertThat(late[1] / 1_000.0).isCloseTo(told / (late[1] / 1_000.0), within(0.05));
    }

    @Test
    void whoSawATemplateLatelyGetsAnotherAndItRecovers() {
        int again = 0;
        int later = 0;
        for (long user = 0; user < 2_000; user++) {
            String first = chooser.choose("a" + user, user, TEMPLATES, 0).template();
            again +=
                    chooser.choose("b" + user, user, TEMPLATES, 1).template().equals(first) ? 1 : 0;
        }
        TemplateChooser other = new TemplateChooser();
        for (long user = 0; user < 2_000; user++) {
            String first = other.choose("a" + user, user, TEMPLATES, 0).template();
            String next = other.choose("b" + user, user, TEMPLATES, 120 * DAY).template();
            later += next.equals(first) ? 1 : 0;
        }
        assertThat(again).isLessThan(200);
        assertThat(later).isBetween(580, 760);
    }

    @Test
    void oneDecisionDrawsOneTemplateAndNoChoiceIsNone() {
        assertThat(new TemplateChooser().choose("x", 1, TEMPLATES, 5))
                .isEqualTo(new TemplateChooser().choose("x", 1, TEMPLATES, 5));
        assertThat(chooser.choose("x", 1, List.of(), 5)).isEqualTo(TemplateChooser.Chosen.NONE);
        assertThat(chooser.choose("y", 1, List.of("only"), 5).probability()).isEqualTo(1);
    }
}
