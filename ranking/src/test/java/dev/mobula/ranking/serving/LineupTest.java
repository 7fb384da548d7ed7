package dev.mobula.ranking.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LineupTest {
    private static final int USERS = 100_000;

    @Test
    void aCanaryAnswersItsShareOfTheUsersAndAlwaysTheSameOnes() {
        for (double share : new double[] {0, 0.01, 0.25, 1}) {
            Lineup lineup = Lineup.of("v1").withCanary("v2", share);
            long canaries = canaries(lineup).count();
            assertThat((double) canaries / USERS).isCloseTo(share, within(0.005));
            assertThat(canaries(Lineup.parse(lineup.toJson())).toArray())
                    .isEqualTo(canaries(lineup).toArray());
        }
    }

    @Test
    void aLargerShareKeepsTheUsersOfASmallerOne() {
        long[] few = canaries(Lineup.of("v1").withCanary("v2", 0.05)).toArray();
        Lineup more = Lineup.of("v1").withCanary("v2", 0.1);
        assertThat(few).isNotEmpty();
        assertThat(LongStream.of(few).allMatch(user -> more.versionFor(user).equals("v2")))
                .isTrue();
    }

    @Test
    void anotherCanaryGetsOtherUsers() {
        Lineup other = Lineup.of("v1").withCanary("v3", 0.1);
        double both =
                canaries(Lineup.of("v1").withCanary("v2", 0.1))
                        .filter(user -> other.versionFor(user).equals("v3"))
                        .count();
        assertThat(both / USERS).isCloseTo(0.01, within(0.003));
    }

    @Test
    void aLineupThatContradictsItselfIsRefusedByName() {
        assertRefused(() -> Lineup.of(""), "active");
        assertRefused(() -> Lineup.of("v1").withCanary("v1", 0.1), "canary=v1");
        assertRefused(() -> Lineup.of("v1").withCanary("v2", 1.5), "canaryShare=1.5");
        assertRefused(() -> Lineup.of("v1").withCanary("v2", Double.NaN), "canaryShare=NaN");
        assertRefused(() -> new Lineup("v1", "", 0.5, List.of()), "without a canary");
        assertRefused(() -> Lineup.of("v1").withShadows("v1"), "active=v1");
        assertRefused(() -> Lineup.of("v1").withShadows("v2", "v2"), "shadows=[v2, v2]");
        assertRefused(
                () -> Lineup.of("v1").withShadows("a", "b", "c", "d", "e", "f", "g"), "at most 6");
        assertRefused(() -> Lineup.parse(Lineup.of("v1").toJson().replace("v1", "")), "active");
        assertRefused(() -> Lineup.parse("{\"active\": \"v1\"}"), "line-up");
        assertRefused(() -> Lineup.parse("{"), "line-up");
    }

    private static void assertRefused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable making, String what) {
        assertThatThrownBy(making).isInstanceOf(RankingException.class).hasMessageContaining(what);
    }

    private static LongStream canaries(Lineup lineup) {
        return LongStream.range(0, USERS)
                .filter(user -> !lineup.versionFor(user).equals(lineup.active()));
    }
}
