package dev.mobula.training.world.spam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.campaign.CampaignSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SpamWorldTest {
    private static final int POSTS = 6_000;

    private static SpamWorld world(long seed) {
        return new SpamWorld(2_000, 3, .12, seed);
    }

    private static SpamWorld.Outcome defended(long seed) {
        CampaignSettings settings = CampaignSettings.DEFAULT.withPostsMax(1 << 13);
        return world(seed).run(POSTS, new CampaignDefence(settings));
    }

    @Test
    void campaignsThatAreFoundAreSeenFarLessAlthoughTheyAdaptAndJokesPass() {
        for (long seed : List.of(1L, 2L, 3L)) {
            SpamWorld.Outcome open = world(seed).run(POSTS, SpamWorld.NONE);
            SpamWorld.Outcome held = defended(seed);
            assertThat(open.adaptations()).isZero();
            assertThat(open.violating()).isBetween(700.0, 1_300.0);
            assertThat(held.violating()).as("seed " + seed).isLessThan(open.violating() / 3);
            assertThat(held.violatingPer10k().getLast())
                    .isLessThan(open.violatingPer10k().getLast() / 2);
            assertThat(held.adaptations()).isGreaterThan(5);
            assertThat(held.falseShare()).isLessThan(.005);
            assertThat(held.caughtShare()).isGreaterThan(.8);
        }
    }

    @Test
    void oneSeedLivesOneLifeAndAnotherAnother() {
        assertThat(defended(7)).isEqualTo(defended(7)).isNotEqualTo(defended(8));
        assertThatThrownBy(() -> new SpamWorld(0, 1, .1, 1)).hasMessageContaining("accounts");
    }

    @Test
    void aCampaignSleepsCamouflagesAndBeginsAnewOnlyWhenItIsBlocked() {
        Set<Long> accounts = new HashSet<>();
        Set<String> texts = new HashSet<>();
        Set<Boolean> asleep = new HashSet<>();
        Set<Boolean> honest = new HashSet<>();
        world(5).run(
                        2_000,
                        post -> {
                            if (post.account() >= 1_000_000) {
                                accounts.add(post.account());
                                asleep.add(post.atMillis() - post.sinceMillis() > 1e10);
                                honest.add(!post.isSpam());
                            }
                            if (post.isSpam()) {
                                texts.add(post.text());
                            }
                            return Set.of();
                        });
        assertThat(accounts).hasSize(36);
        assertThat(texts).hasSize(3);
        assertThat(asleep).containsExactlyInAnyOrder(true, false);
        assertThat(honest).containsExactlyInAnyOrder(true, false);
    }
}
