package dev.mobula.training.run;

import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.ranking.ope.BanditLog;
import dev.mobula.ranking.ope.Evaluation;
import dev.mobula.ranking.ope.OffPolicyEvaluator;
import dev.mobula.ranking.value.ValueExpression;
import dev.mobula.ranking.value.ValueModel;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.run.RankerRecipe.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/*
 * An impression that was drawn, with a logged probability between 0 and 1, says something about items that the ranker
 * of the day would not have shown. The arms of the draw are not logged, so a policy over them cannot be judged one by
 * one; but which half of the drawn items the new ranker prefers can. With the median of its values on the validation
 * rows, every drawn item is of the upper or the lower half, and the draw took the upper half as often as it came there.
 * The policy judged draws from the upper half alone. Its value against what all draws earned is what the ranker's
 * preference is worth where nobody chose.
 */
/// What drawn impressions say about a ranker: whether its preference among them would have earned more than the draw.
final class DrawnJudge {
    private static final int READ_ROWS = 4_096;
    private static final int DRAWN_MIN = 100;
    private static final int LOWER = 0;
    private static final int UPPER = 1;

    private final Plan plan;
    private final Optional<ValueModel> value;
    private final List<String> columns;
    private final Rows rows;

    DrawnJudge(Plan plan, Optional<ValueModel> value) {
        this.plan = plan;
        this.value = value;
        this.columns = new ArrayList<>(RankerBatches.columns(plan));
        this.columns.addAll(List.of("user", "surface", "propensity"));
        this.rows = new Rows(plan.data().schema().only(columns));
    }

    /// A drawn impression: whose it was, what the ranker made of it and what came of it.
    private record Drawn(long user, double predicted, double earned) {}

    /// Adds what the test rows say, or why they say nothing.
    Evidence addTo(
            Evidence evidence,
            RankingModel model,
            long validationFrom,
            long testFrom,
            long end,
            long seed) {
        List<Drawn> tuning = drawn(model, validationFrom, testFrom);
        List<Drawn> test = drawn(model, testFrom, end);
        if (tuning.size() < DRAWN_MIN || test.size() < DRAWN_MIN) {
            String reason =
                    "drawn impressions: %d to validate and %d to test, there must be %d of each"
                            .formatted(tuning.size(), test.size(), DRAWN_MIN);
            Evaluation.Diagnostics none = new Evaluation.Diagnostics(0, 0, 0, 0, 0, 0, 0);
            return evidence.withOffPolicy(new Evaluation.Refused(none, List.of(reason)), 0);
        }
        double[] values = tuning.stream().mapToDouble(Drawn::predicted).sorted().toArray();
        double median = values[values.length / 2];
        double upper =
                Arrays.stream(values).filter(one -> one >= median).count() / (double) values.length;
        if (upper == 1) {
            Evaluation.Diagnostics none = new Evaluation.Diagnostics(0, 0, 0, 0, 0, 0, 0);
            return evidence.withOffPolicy(
                    new Evaluation.Refused(none, List.of("the ranker values all items alike")), 0);
        }
        BanditLog log = log(test, median, upper);
        Evaluation found =
                OffPolicyEvaluator.withSeed(seed)
                        .evaluate(log, (round, action) -> action == UPPER ? 1 : 0);
        return evidence.withOffPolicy(found, log.meanReward());
    }

    private static BanditLog log(List<Drawn> test, double median, double upper) {
        int[] actions =
                test.stream().mapToInt(one -> one.predicted() >= median ? UPPER : LOWER).toArray();
        return new BanditLog(
                2,
                actions,
                Arrays.stream(actions)
                        .mapToDouble(action -> action == UPPER ? upper : 1 - upper)
                        .toArray(),
                test.stream().mapToDouble(Drawn::earned).toArray(),
                test.stream().mapToLong(Drawn::user).toArray(),
                new double[actions.length][0]);
    }

    private List<Drawn> drawn(RankingModel model, long from, long to) {
        List<Drawn> drawn = new ArrayList<>();
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        model.layout().sharedWidth(),
                        model.weights(),
                        Kernels.ofThisMachine());
        int propensity = rows.schema().require("propensity");
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(1);
                LogReader reader = plan.data().view().reader(columns)) {
            for (long done = from; done < to; done += READ_ROWS) {
                int size = (int) Math.min(READ_ROWS, to - done);
                rows.clear();
                reader.read(plan.data().view().firstRow() + done, size, rows);
                for (int row = 0; row < size; row++) {
                    double chance = rows.numbers(propensity).get(row);
                    if (chance > 0 && chance < 1) {
                        drawn.add(drawn(session, ranker, row));
                    }
                }
            }
        }
        return drawn;
    }

    private Drawn drawn(Ranker.Session session, Ranker ranker, int row) {
        int heads = plan.labels().size();
        ScoredBatch scored = session.replay(RankerBatches.vector(plan, rows, row), ranker.kernel());
        double[] predicted = new double[heads];
        double[] earned = new double[heads];
        for (int head = 0; head < heads; head++) {
            predicted[head] = scored.size() == 1 ? scored.score(0, head) : 0;
            earned[head] = RankerBatches.target(rows, row, plan.labels().get(head));
        }
        String surface = rows.texts(rows.schema().require("surface")).get(row);
        Optional<ValueExpression> worth =
                value.filter(_ -> plan.value().containsKey(surface)).map(it -> it.of(surface));
        return new Drawn(
                rows.wholes(rows.schema().require("user")).get(row),
                worth.map(it -> it.value(predicted, 0)).orElse(predicted[0]),
                worth.map(it -> it.value(earned, 0)).orElse(earned[0]));
    }
}
