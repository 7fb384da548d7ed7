package dev.mobula.retrieval.collaborative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ImplicitFactorsTest {
    private static final int GROUPS = 4;
    private static final int USERS = 120;
    private static final int ITEMS = 80;

    @Test
    void anItemOfOnesOwnGroupScoresAboveOneOfAnother() {
        ImplicitFactors factors = ImplicitFactors.learn(grouped(), spec(12));
        SplittableRandom random = new SplittableRandom(3);
        int right = 0;
        for (int i = 0; i < 1000; i++) {
            int user = random.nextInt(USERS);
            int own = random.nextInt(ITEMS / GROUPS) * GROUPS + user % GROUPS;
            int other = random.nextInt(ITEMS / GROUPS) * GROUPS + (user + 1) % GROUPS;
            right += factors.score(user, own) > factors.score(user, other) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(980);
    }

    @Test
    void moreSweepsFitBetter() {
        double one = ImplicitFactors.learn(grouped(), spec(1)).error();
        double many = ImplicitFactors.learn(grouped(), spec(12)).error();
        assertThat(many).isLessThan(one);
    }

    @Test
    void oneSeedGivesOneResult() {
        ImplicitFactors first = ImplicitFactors.learn(grouped(), spec(3));
        ImplicitFactors second = ImplicitFactors.learn(grouped(), spec(3));
        for (int item = 0; item < ITEMS; item++) {
            assertThat(second.item(item)).isEqualTo(first.item(item)).hasSize(8);
        }
        assertThat(second.user(5)).isEqualTo(first.user(5));
    }

    @Test
    void numbersThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> new ImplicitFactors.Spec(0, 1, .1f, .1f, 1))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("dimension=0");
        assertThatThrownBy(() -> new ImplicitFactors.Spec(8, 1, .1f, Float.NaN, 1))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("regularisation=NaN");
    }

    private static ImplicitFactors.Spec spec(int sweeps) {
        return new ImplicitFactors.Spec(8, sweeps, .1f, .01f, 7);
    }

    /* Users take half of the items of their group, at random, and nothing else. */
    private static InteractionMatrix grouped() {
        SplittableRandom random = new SplittableRandom(1);
        int[] offsets = new int[USERS + 1];
        int[] items = new int[USERS * ITEMS];
        int count = 0;
        for (int user = 0; user < USERS; user++) {
            for (int item = user % GROUPS; item < ITEMS; item += GROUPS) {
                if (random.nextBoolean()) {
                    items[count++] = item;
                }
            }
            offsets[user + 1] = count;
        }
        return InteractionMatrix.of(ITEMS, offsets, Arrays.copyOf(items, count));
    }
}
