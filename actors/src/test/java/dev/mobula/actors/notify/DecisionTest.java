package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.notify.decision.Action;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DecisionTest {
    private static Decision with(double propensity) {
        return new Decision(
                "acme~1~k",
                Action.HOLD,
                "n1",
                Optional.empty(),
                0,
                "",
                Optional.empty(),
                Optional.empty(),
                new Decision.Worth(0, 0, 0, 0, 0, Map.of()),
                propensity,
                false,
                List.of("HOLDOUT"),
                1,
                1,
                "",
                1,
                false);
    }

    @Test
    void noDecisionIsWithoutTheProbabilityItWasMadeWith() {
        for (double wrong : new double[] {0, -0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> with(wrong)).hasMessageContaining("propensity=" + wrong);
        }
        assertThat(with(0.02).propensity()).isEqualTo(0.02);
    }
}
