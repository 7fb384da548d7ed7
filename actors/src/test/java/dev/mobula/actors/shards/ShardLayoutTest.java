package dev.mobula.actors.shards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// No shard has more of the best items than it is asked for, and a shard of many is asked for far fewer than all.
final class ShardLayoutTest {
    @Test
    void noShardHasMoreOfTheBestThanItsShare() {
        Seeds.forAll(
                300,
                random -> {
                    ShardLayout layout = new ShardLayout("items", 1 + random.nextInt(16));
                    int k = 1 + random.nextInt(2_000);
                    long first = random.nextLong();
                    Map<Object, Integer> byOwner = new HashMap<>();
                    for (int i = 0; i < k; i++) {
                        byOwner.merge(layout.owner(first + 3L * i), 1, Integer::sum);
                    }
                    assertThat(byOwner.values())
                            .allSatisfy(
                                    count ->
                                            assertThat(count)
                                                    .isLessThanOrEqualTo(layout.shareOf(k)));
                });
    }

    @Test
    void aShardOfFourIsAskedForLessThanHalfOfFiveHundred() {
        ShardLayout layout = new ShardLayout("items", 4);
        assertThat(layout.shareOf(500)).isBetween(125, 200);
        assertThat(layout.shareOf(10)).isEqualTo(10);
        assertThat(new ShardLayout("items", 1).shareOf(500)).isEqualTo(500);
    }
}
