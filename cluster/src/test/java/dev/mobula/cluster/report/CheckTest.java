package dev.mobula.cluster.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CheckTest {
    @Test
    void aLimitItselfHolds() {
        assertThat(Check.atMost("calls", 15, "us", 15).holds()).isTrue();
        assertThat(Check.atLeast("batching", 5, "x", 5).holds()).isTrue();
    }

    @Test
    void beyondTheLimitDoesNotHold() {
        assertThat(Check.atMost("calls", 15.01, "us", 15).holds()).isFalse();
        assertThat(Check.atLeast("batching", 4.99, "x", 5).holds()).isFalse();
    }

    @Test
    void aValueThatIsNoNumberHoldsNothing() {
        assertThat(Check.atMost("calls", Double.NaN, "us", 15).holds()).isFalse();
        assertThat(Check.atLeast("batching", Double.NaN, "x", 5).holds()).isFalse();
    }

    @Test
    void ofNoCasesNoneHeld() {
        assertThat(Check.all("answers", 0, 0).holds()).isFalse();
        assertThat(Check.all("answers", 9, 10).holds()).isFalse();
        assertThat(Check.all("answers", 10, 10).holds()).isTrue();
    }

    @Test
    void theGoalIsReadable() {
        assertThat(Check.atMost("calls", 1, "us", 15).goal()).isEqualTo("<= 15");
        assertThat(Check.atLeast("ratio", 1, "x", 1.3).goal()).isEqualTo(">= 1.3");
    }
}
