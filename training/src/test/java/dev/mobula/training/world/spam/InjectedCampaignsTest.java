package dev.mobula.training.world.spam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.campaign.CampaignSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InjectedCampaignsTest {
    @Test
    void campaignsAreFoundSoonWhateverTheirDisguiseAndJokesAreLeftAlone() {
        List<InjectedCampaigns.Measured> all =
                InjectedCampaigns.measure(CampaignSettings.DEFAULT, 3_000, 5);
        assertThat(all).hasSize(Disguise.values().length);
        for (InjectedCampaigns.Measured one : all) {
            assertThat(one.precision()).as(one.toString()).isGreaterThan(.95);
            assertThat(one.organic()).as(one.toString()).isLessThan(.05);
            boolean isReadable = !one.disguise().equals("paraphrase");
            if (isReadable) {
                assertThat(one.found()).as(one.toString()).isEqualTo(1);
                assertThat(one.postsUntil()).as(one.toString()).isLessThan(20);
                assertThat(one.b3()).as(one.toString()).isGreaterThan(.9);
                assertThat(one.recall()).as(one.toString()).isGreaterThan(.9);
            }
        }
    }

    @Test
    void groupingIsMeasuredAsInThePapersExample() {
        int[] groups = {1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3};
        long[] clusters = {1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2};
        double precision = (5 + 2 * 2.0 / 7 + 5 * 5.0 / 7) / 12;
        assertThat(Grouping.b3(groups, clusters))
                .isCloseTo(2 * precision / (precision + 1), within(1e-12));
        assertThat(Grouping.pairwise(groups, clusters))
                .isCloseTo(2 * (21.0 / 31) / (21.0 / 31 + 1), within(1e-12));
        long[] alone = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        assertThat(Grouping.pairwise(groups, alone)).isZero();
    }
}
