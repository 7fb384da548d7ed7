package dev.mobula.cluster.bench.budget;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Choice;
import dev.mobula.ranking.notify.decision.Decider;
import dev.mobula.ranking.notify.decision.Opportunity;
import dev.mobula.ranking.notify.decision.OpportunityCost;
import dev.mobula.ranking.notify.decision.Prices;
import dev.mobula.ranking.notify.decision.Rows;
import dev.mobula.ranking.notify.decision.SendTimeProfile;
import java.util.Arrays;
import java.util.SplittableRandom;

/// One candidate on three channels in 24 hours: everything but the models and the ledger.
final class DecisionStudy {
    private static final Rows ROWS = new Rows(40, 100, 3, 10);
    private static final double P50_MICROS_MAX = 2;
    private static final double P99_MICROS_MAX = 50;
    private static final int INPUTS = 4_096;
    private static final int WARM_UP = 200_000;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Decider decider = new Decider(ROWS, 0.02);
    private final Opportunity at = new Opportunity(ROWS);
    private final Choice choice = new Choice();
    private final Prices prices;
    private final OpportunityCost costs;
    private final double[][] rates = new double[64][];
    private final double[] numbers = random.doubles(INPUTS).toArray();
    private final double[] lifts = new double[3];
    private double sum;

    private DecisionStudy() {
        prices = Prices.of(1, ROWS, random.doubles(ROWS.count(), 0, 0.01).toArray(), 1);
        costs = OpportunityCost.of(random.doubles(64, -0.02, 0.1).toArray());
        for (int i = 0; i < rates.length; i++) {
            rates[i] = random.doubles(SendTimeProfile.HOURS, 0.01, 0.3).toArray();
        }
    }

    static void run(Report report, BenchContext context) {
        DecisionStudy study = new DecisionStudy();
        for (int i = 0; i < WARM_UP; i++) {
            study.decide(i);
        }
        double[] micros = new double[context.quick() ? 300_000 : 3_000_000];
        for (int i = 0; i < micros.length; i++) {
            long start = System.nanoTime();
            study.decide(i);
            micros[i] = (System.nanoTime() - start) / 1e3;
        }
        Arrays.sort(micros);
        double p50 = micros[micros.length / 2];
        double p99 = micros[(int) (micros.length * 0.99)];
        report.table(
                        "a decision over 72 options, microseconds, the clock's own cost included",
                        Table.of("decisions", "p50", "p99", "p99.9", "mean value")
                                .row(
                                        micros.length,
                                        p50,
                                        p99,
                                        micros[(int) (micros.length * 0.999)],
                                        study.sum / micros.length))
                .figure("decision_micros_p50", p50)
                .figure("decision_micros_p99", p99)
                .check(Check.atMost("a decision, p50", p50, "us", P50_MICROS_MAX))
                .check(Check.atMost("a decision, p99", p99, "us", P99_MICROS_MAX));
    }

    private void decide(int i) {
        at.person(i % 10, 2, number(i), 1 + i % 3, 1 + i % 12)
                .hours(i % 24, 0b111 << i % 20, rates[i % 64], i % SendTimeProfile.HOURS, 0.01);
        for (int channel = 0; channel < 3; channel++) {
            at.channel(channel, 0.001 * number(i + channel), 0.0005);
            lifts[channel] = 0.2 * number(3 * i + channel);
        }
        at.candidate(i % 40, i % 100, Priority.NORMAL, 7, 24, true, lifts);
        decider.decide(at, prices, costs, number(i + 7), choice);
        sum += choice.netValue();
    }

    private double number(int i) {
        return numbers[i & (INPUTS - 1)];
    }
}
