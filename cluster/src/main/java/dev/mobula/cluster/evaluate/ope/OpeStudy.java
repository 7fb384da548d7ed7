package dev.mobula.cluster.evaluate.ope;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.ope.BanditLog;
import dev.mobula.ranking.ope.Estimate;
import dev.mobula.ranking.ope.Evaluation;
import dev.mobula.ranking.ope.OffPolicyEvaluator;
import dev.mobula.ranking.ope.OpenBandit;
import dev.mobula.ranking.ope.SyntheticBandit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Estimates the value of Open Bandit's Thompson policy from its random logs, and measures the estimators' errors on
/// the synthetic benchmark of Open Bandit Pipeline.
public final class OpeStudy {
    private static final long SEED = 12345;
    private static final int THOMPSON_DRAWS = 30_000;
    private static final List<String> CAMPAIGNS = List.of("men", "women");
    private static final List<String> UNBIASED = List.of("IPS", "SNIPS", "DR");
    private static final int ROUNDS = 10_000;
    private static final int ACTIONS = 30;
    private static final int DIMENSIONS = 5;
    private static final double BETA = -3;

    /// Means of twenty runs, published with the generator.
    private static final Map<String, Double> PUBLISHED =
            Map.of("DM", 0.0744, "IPS", 0.0095, "SNIPS", 0.0067, "DR", 0.0062);

    private final Report report = new Report("ope");
    private final OffPolicyEvaluator evaluator = OffPolicyEvaluator.withSeed(SEED);

    /// Reports both.
    ///
    /// @param openBandit the folder of the Open Bandit logs; without it, only the synthetic table.
    public Report run(Optional<Path> openBandit, int runs) throws IOException {
        if (openBandit.isPresent()) {
            for (String campaign : CAMPAIGNS) {
                judge(openBandit.get(), campaign);
            }
        }
        measure(runs);
        return report;
    }

    private void judge(Path folder, String campaign) throws IOException {
        OpenBandit.Campaign random = OpenBandit.load(folder, campaign, "random");
        double earned = OpenBandit.load(folder, campaign, "bts").log().meanReward();
        double[][] thompson =
                OpenBandit.thompsonByPosition(
                        OpenBandit.prior(folder, campaign), THOMPSON_DRAWS, SEED);
        Evaluation evaluation =
                evaluator.evaluate(
                        random.log(),
                        (round, action) -> thompson[random.positions()[round]][action]);
        switch (evaluation) {
            case Evaluation.Refused refused ->
                    report.figure(campaign + " refused", refused.reasons());
            case Evaluation.Answered answered -> tell(campaign, earned, answered);
        }
    }

    private void tell(String campaign, double earned, Evaluation.Answered answered) {
        Table table = Table.of("estimator", "value", "lower", "upper", "covers");
        for (Estimate it : answered.estimates()) {
            String covers = it.covers(earned) ? "yes" : "no";
            table.row(it.estimator(), it.value(), it.lower(), it.upper(), covers);
            if (UNBIASED.contains(it.estimator())) {
                report.check(
                        Check.all(
                                campaign + ": " + it.estimator() + " covers what was earned",
                                it.covers(earned) ? 1 : 0,
                                1));
            }
        }
        Evaluation.Diagnostics found = answered.diagnostics();
        report.table(
                "Open Bandit, %s: the Thompson policy earned %.4f; effective sample size %.0f of %d"
                        .formatted(campaign, earned, found.effectiveSampleSize(), found.rounds()),
                table);
        report.figure(campaign + " earned", earned);
        report.figure(campaign + " estimates", values(answered));
    }

    private static Map<String, Double> values(Evaluation.Answered answered) {
        Map<String, Double> values = new LinkedHashMap<>();
        answered.estimates().forEach(it -> values.put(it.estimator(), it.value()));
        return values;
    }

    private void measure(int runs) {
        Map<String, List<Double>> errors = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            SyntheticBandit world = new SyntheticBandit(ACTIONS, DIMENSIONS, BETA, run);
            BanditLog train = world.sample(ROUNDS).log();
            SyntheticBandit.Batch test = world.sample(ROUNDS);
            var policy = world.learnedOn(train, test.log());
            double truth = test.valueOf(policy);
            for (Estimate it : evaluator.estimates(test.log(), policy)) {
                errors.computeIfAbsent(it.estimator(), _ -> new ArrayList<>())
                        .add(Math.abs(it.value() / truth - 1));
            }
        }
        Table table = Table.of("estimator", "relative error", "published");
        Map<String, Double> means = new LinkedHashMap<>();
        errors.forEach(
                (estimator, all) -> {
                    double mean = all.stream().mapToDouble(Double::doubleValue).average().orElse(0);
                    Double published = PUBLISHED.get(estimator);
                    table.row(estimator, mean, published == null ? "-" : published);
                    means.put(estimator, mean);
                    if (published != null) {
                        report.check(
                                Check.atMost(
                                        "synthetic: error of " + estimator,
                                        mean,
                                        "",
                                        2 * published));
                    }
                });
        report.table(
                "Synthetic: %d runs of %d rounds, %d actions".formatted(runs, ROUNDS, ACTIONS),
                table);
        report.figure("synthetic errors", means);
    }
}
