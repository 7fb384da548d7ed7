package dev.mobula.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import org.junit.jupiter.api.Test;

/// A version goes when it is worse beyond chance or does not answer, and not before anything is known of it.
final class GuardsTest {
    private static final Guards GUARDS = new Guards(100, 0, 0, .5, 3);

    private static Outcome of(long impressions, double reward, double complaints) {
        return new Outcome(impressions, impressions, reward, .01, complaints, .01);
    }

    @Test
    void aDifferenceWithinChanceIsNoReason() {
        assertThat(GUARDS.against(of(1_000, .20, .01), of(1_000, .24, 0), .5)).isEmpty();
    }

    @Test
    void lessRewardOrMoreComplaintsBeyondChanceAre() {
        assertThat(GUARDS.against(of(1_000, .10, 0), of(1_000, .20, 0), .5))
                .singleElement()
                .asString()
                .contains("reward");
        assertThat(GUARDS.against(of(1_000, .20, .1), of(1_000, .20, 0), .5))
                .singleElement()
                .asString()
                .contains("complaints");
    }

    @Test
    void aVersionThatAnswersTooFewOfItsUsersGoesThoughNothingIsKnownOfItsPages() {
        assertThat(GUARDS.against(Outcome.NONE, of(10_000, .2, 0), .1))
                .singleElement()
                .asString()
                .contains("1000 were expected");
        assertThat(GUARDS.against(Outcome.NONE, of(900, .2, 0), .1)).isEmpty();
    }

    @Test
    void nothingIsSaidBeforeBothHaveShownEnough() {
        assertThat(GUARDS.against(of(99, 0, 1), of(100, 1, 0), .5)).isEmpty();
    }

    @Test
    void twoEqualVersionsAreNeverToldApart() {
        Seeds.forAll(
                200,
                random -> {
                    double reward = random.nextDouble();
                    long impressions = 100L + random.nextInt(10_000);
                    Outcome same = of(impressions, reward, random.nextDouble());
                    assertThat(GUARDS.against(same, same, .5)).isEmpty();
                });
    }
}
