package dev.mobula.ranking.notify.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import org.junit.jupiter.api.Test;

final class SendTimesTest {
    private static final int TIMES = 60;

    /// On a short line of whole times every span can be tried.
    @Test
    void theEarliestTimesAreThoseThatTryingAllOfThemFinds() {
        Seeds.forAll(
                3_000,
                random -> {
                    SendTimes times = new SendTimes();
                    int[] units = new int[4 * TIMES];
                    for (int i = random.nextInt(12); i > 0; i--) {
                        int at = random.nextInt(TIMES);
                        int count = random.nextInt(1, 3);
                        times.add(at, count);
                        units[at] += count;
                    }
                    int from = random.nextInt(TIMES);
                    int span = random.nextInt(1, 20);
                    int more = random.nextInt(1, 3);
                    int cap = random.nextInt(more, 6);
                    assertThat(times.earliestWithin(from, more, span, cap))
                            .isEqualTo(tryWithin(units, from, more, span, cap));
                    assertThat(times.earliestApart(from, span))
                            .isEqualTo(tryApart(units, from, span));
                });
    }

    private static int tryWithin(int[] units, int from, int more, int span, int cap) {
        int at = from;
        while (fullest(units, at, span) + more > cap) {
            at++;
        }
        return at;
    }

    private static int fullest(int[] units, int at, int span) {
        int fullest = 0;
        for (int start = at - span + 1; start <= at; start++) {
            int sum = 0;
            for (int t = Math.max(0, start); t < start + span; t++) {
                sum += units[t];
            }
            fullest = Math.max(fullest, sum);
        }
        return fullest;
    }

    private static int tryApart(int[] units, int from, int gap) {
        int at = from;
        for (int t = Math.max(0, at - gap + 1); t < at + gap; t++) {
            if (units[t] > 0) {
                at++;
                t = Math.max(0, at - gap + 1) - 1;
            }
        }
        return at;
    }

    @Test
    void moreThanTheCapFitsAtNoTime() {
        assertThat(new SendTimes().earliestWithin(0, 3, 10, 2)).isEqualTo(Long.MAX_VALUE);
    }
}
