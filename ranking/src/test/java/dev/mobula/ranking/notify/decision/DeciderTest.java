package dev.mobula.ranking.notify.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.testing.Seeds;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DeciderTest {
    private static final Rows ROWS = new Rows(5, 3, 3, 2);
    private static final double[] FLAT = new double[SendTimeProfile.HOURS];

    static {
        Arrays.fill(FLAT, 0.1);
    }

    private final Choice choice = new Choice();
    private final Decider decider = new Decider(ROWS, 0);

    /// Every option, priced one by one from the definition.
    @Test
    void theChoiceIsTheBestOfAllOptions() {
        Seeds.forAll(
                500,
                random -> {
                    double[] rates = random.doubles(SendTimeProfile.HOURS, 0.01, 0.3).toArray();
                    double[] lambda = random.doubles(ROWS.count(), 0, 0.02).toArray();
                    Prices prices = Prices.of(1, ROWS, lambda, 1);
                    OpportunityCost costs =
                            OpportunityCost.of(random.doubles(50, -0.05, 0.1).toArray());
                    int hourOfDay = random.nextInt(24);
                    int hourOfWeek = random.nextInt(SendTimeProfile.HOURS);
                    int quiet = 0xF0F0F & random.nextInt(1 << 24);
                    double loss = random.nextDouble(0.1);
                    double ltv = random.nextDouble(10);
                    double fatigue = random.nextDouble(5);
                    int segment = random.nextInt(2);
                    int m = random.nextInt(1, 9);
                    int n = random.nextInt(1, 65);
                    Opportunity at =
                            new Opportunity(ROWS)
                                    .person(segment, ltv, fatigue, m, n)
                                    .hours(hourOfDay, quiet, rates, hourOfWeek, loss);
                    double[] disable = random.doubles(3, 0, 0.003).toArray();
                    double[] complaint = {0, random.nextDouble(0.002), 0};
                    for (int c = 0; c < 3; c++) {
                        at.channel(c, disable[c], complaint[c]);
                    }
                    double best = 0;
                    for (int i = random.nextInt(1, 6); i > 0; i--) {
                        int type = random.nextInt(5);
                        int campaign = random.nextInt(-1, 3);
                        int mask = random.nextInt(8);
                        int live = random.nextInt(25);
                        double[] lift = random.doubles(3, -0.02, 0.2).toArray();
                        at.candidate(type, campaign, Priority.NORMAL, mask, live, false, lift);
                        for (int c = 0; c < 3; c++) {
                            for (int slot = 0; slot < live; slot++) {
                                if ((mask >> c & 1) == 1 && (quiet >> slot & 1) == 0) {
                                    double q =
                                            lift[c]
                                                            * rates[(hourOfWeek + slot) % 168]
                                                            / rates[hourOfWeek]
                                                            * Math.pow(1 - loss, slot)
                                                    - ltv * disable[c] * (1 + 0.25 * fatigue)
                                                    - lambda[ROWS.type(type)]
                                                    - (campaign < 0
                                                            ? 0
                                                            : lambda[ROWS.campaign(campaign)])
                                                    - lambda[ROWS.channel(c)]
                                                    - lambda[ROWS.segment(segment)]
                                                    - lambda[ROWS.hour(c, (hourOfDay + slot) % 24)]
                                                    - lambda[ROWS.complaint()]
                                                            * (complaint[c] - Rows.COMPLAINT_TARGET)
                                                    - costs.cost(m, n);
                                    best = Math.max(best, q);
                                }
                            }
                        }
                    }
                    decider.decide(at, prices, costs, 0.5, choice);
                    boolean sends =
                            choice.action() == Action.SEND_NOW || choice.action() == Action.SEND_AT;
                    assertThat(sends).isEqualTo(best > 0);
                    if (sends) {
                        assertThat(choice.netValue()).isCloseTo(best, within(1e-12));
                        assertThat(choice.action() == Action.SEND_NOW)
                                .isEqualTo(choice.slot() == 0);
                        assertThat(decider.reason(choice.candidate())).isEqualTo(Reason.CHOSEN);
                    }
                });
    }

    private static Opportunity quietNight(int quiet) {
        Opportunity at =
                new Opportunity(ROWS).person(0, 1, 0, 2, 3).hours(9, quiet, FLAT, 30, 0.01);
        for (int c = 0; c < 3; c++) {
            at.channel(c, 0.001, 0);
        }
        return at;
    }

    private static double[] lift(double value) {
        return new double[] {value, value / 2, value / 4};
    }

    private Action decide(Opportunity at, Prices prices) {
        decider.decide(at, prices, OpportunityCost.none(), 0.9, choice);
        return choice.action();
    }

    @Test
    void quietHoursMoveAMessageToWhereTheyEnd() {
        Opportunity at = quietNight(0b1111);
        at.candidate(0, -1, Priority.NORMAL, 7, 24, false, lift(0.1));
        assertThat(decide(at, Prices.free(ROWS))).isEqualTo(Action.SEND_AT);
        assertThat(choice.slot()).isEqualTo(4);
    }

    @Test
    void whatDoesNotPayIsHeldOrDigestedAndWhatCannotGoIsDropped() {
        double[] dear = new double[ROWS.count()];
        dear[ROWS.type(0)] = 0.5;
        Prices prices = Prices.of(4, ROWS, dear, 1);
        Opportunity held = quietNight(0);
        held.candidate(0, -1, Priority.NORMAL, 7, 24, false, lift(0.1));
        assertThat(decide(held, prices)).isEqualTo(Action.HOLD);
        assertThat(decider.reason(0)).isEqualTo(Reason.BELOW_PRICE);
        Opportunity digested = quietNight(0);
        digested.candidate(0, -1, Priority.LOW, 7, 24, true, lift(0.1));
        assertThat(decide(digested, prices)).isEqualTo(Action.DIGEST);
        Opportunity dropped = quietNight(0);
        dropped.candidate(0, -1, Priority.NORMAL, 7, 0, true, lift(0.1));
        dropped.candidate(0, -1, Priority.NORMAL, 0, 9, true, lift(0.1));
        assertThat(decide(dropped, prices)).isEqualTo(Action.DROP);
        assertThat(decider.reason(0)).isEqualTo(Reason.EXPIRED);
        assertThat(decider.reason(1)).isEqualTo(Reason.UNREACHABLE);
        Opportunity asleep = quietNight(0b11);
        asleep.candidate(0, -1, Priority.NORMAL, 7, 2, true, lift(0.1));
        assertThat(decide(asleep, prices)).isEqualTo(Action.HOLD);
        assertThat(decider.reason(0)).isEqualTo(Reason.QUIET_HOURS);
    }

    @Test
    void highPriorityPaysNoPriceAndCriticalNeverWaits() {
        double[] dear = new double[ROWS.count()];
        dear[ROWS.channel(0)] = 0.9;
        Prices prices = Prices.of(4, ROWS, dear, 1);
        Opportunity high = quietNight(0);
        high.candidate(1, 0, Priority.NORMAL, 6, 24, false, lift(0.4));
        high.candidate(0, -1, Priority.HIGH, 1, 24, false, lift(0.05));
        assertThat(decide(high, prices)).isEqualTo(Action.SEND_NOW);
        assertThat(choice.candidate()).isEqualTo(1);
        assertThat(choice.priceCost()).isZero();
        Opportunity critical = quietNight(-1);
        critical.candidate(0, -1, Priority.CRITICAL, 7, 24, false, lift(0.001));
        new Decider(ROWS, 0.5).decide(critical, prices, OpportunityCost.none(), 0.01, choice);
        assertThat(choice.action()).isEqualTo(Action.SEND_NOW);
        assertThat(choice.propensity()).isEqualTo(1);
    }

    @Test
    void withoutABudgetLeftNothingIsChosen() {
        Opportunity at = new Opportunity(ROWS).person(0, 1, 0, 0, 5).hours(9, 0, FLAT, 30, 0);
        at.candidate(0, -1, Priority.NORMAL, 7, 24, false, lift(0.9));
        new Decider(ROWS, 0.5).decide(at, Prices.free(ROWS), OpportunityCost.none(), 0.01, choice);
        assertThat(choice.action()).isEqualTo(Action.HOLD);
    }

    @Test
    void chanceDecidesAsOftenAsItsLoggedProbabilitySays() {
        Decider exploring = new Decider(ROWS, 0.1);
        Opportunity at = quietNight(0);
        at.candidate(0, -1, Priority.NORMAL, 7, 24, false, lift(0.1));
        SplittableRandom random = new SplittableRandom(5);
        int held = 0;
        for (int i = 0; i < 100_000; i++) {
            exploring.decide(
                    at, Prices.free(ROWS), OpportunityCost.none(), random.nextDouble(), choice);
            boolean holds = choice.action() == Action.HOLD;
            held += holds ? 1 : 0;
            assertThat(choice.propensity()).isEqualTo(holds ? 0.1 : 0.9);
        }
        assertThat(held).isBetween(9_600, 10_400);
    }

    @Test
    void pricesThatMakeNoSenseAreRefused() {
        for (double wrong : new double[] {Double.NaN, -0.1, 1e9, Double.POSITIVE_INFINITY}) {
            double[] lambda = new double[ROWS.count()];
            lambda[2] = wrong;
            assertThatThrownBy(() -> Prices.of(1, ROWS, lambda, 10))
                    .isInstanceOf(RankingException.class)
                    .hasMessageContaining("price[2]=" + wrong);
        }
    }

    @Test
    void rowsDoNotOverlap() {
        int[] seen = new int[ROWS.count()];
        for (int type = 0; type < 5; type++) {
            seen[ROWS.type(type)]++;
        }
        for (int campaign = 0; campaign < 3; campaign++) {
            seen[ROWS.campaign(campaign)]++;
        }
        for (int segment = 0; segment < 2; segment++) {
            seen[ROWS.segment(segment)]++;
        }
        for (int channel = 0; channel < 3; channel++) {
            seen[ROWS.channel(channel)]++;
            for (int hour = 0; hour < 24; hour++) {
                seen[ROWS.hour(channel, hour)]++;
            }
        }
        seen[ROWS.complaint()]++;
        assertThat(seen).containsOnly(1);
    }

    @Test
    void aDecisionAllocatesNothing() {
        Opportunity at = quietNight(0);
        OpportunityCost costs = OpportunityCost.of(new double[] {0, 0.1, 0.2});
        Prices prices = Prices.free(ROWS);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        double[] lifts = lift(0.1);
        long before = 0;
        for (int i = 0; i < 30_000; i++) {
            if (i == 10_000) {
                before = threads.getThreadAllocatedBytes(id);
            }
            at.person(0, 1, 0, 2, 3).hours(i % 24, 0, FLAT, i % 168, 0.01);
            at.candidate(0, 1, Priority.NORMAL, 7, 24, false, lifts);
            decider.decide(at, prices, costs, 0.5, choice);
        }
        assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(20_000);
    }
}
