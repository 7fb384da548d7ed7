package dev.mobula.actors.feed;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.exploration.ArmDistribution;
import dev.mobula.ranking.exploration.ExplorationSlots;
import dev.mobula.ranking.page.Caps;
import dev.mobula.ranking.page.Diversity;
import dev.mobula.ranking.page.PageCandidate;
import dev.mobula.ranking.page.PagePool;
import dev.mobula.ranking.page.PageRules;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.page.SlateEdit;
import dev.mobula.ranking.value.ValueExpression;
import dev.mobula.retrieval.source.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/*
 * Exploration: the places are spread over the page; each is drawn uniformly among new items that value alone did not put
 * on the page. One item of an author is an arm at most, and none of an author with as many items on the page as the cap
 * admits, so that a draw never breaks the cap. Arms that were not drawn are out: were one of them to come in later to fill
 * a gap, the chance of its being shown would no longer be the one that is logged.
 */
/// Makes a page of valued candidates: author caps, diversity, exploration with logged probabilities.
final class PageStage {
    private static final int POOL_PER_PLACE = 6;
    private static final int POOL_LEAST = 60;
    private static final int ARMS_PER_SLOT = 10;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final String UNRANKED_VALUE = Ranking.SIMILARITY;

    /// What a gap is filled by: the best that the caps and the others on the page leave.
    record Rules(int size, double diversity, Caps caps) {
        SlateEdit fill() {
            return diversity > 0
                    ? Diversity.mmr(size, (1 - diversity) / diversity, caps)
                    : Diversity.topValue(size, caps);
        }
    }

    Arrangement arrange(Ranking ranking, Run run) {
        long start = run.nanosSinceStart();
        Arrangement plain = under(expression(ranking, run), ranking, run);
        Arrangement page = explored(plain, run);
        count(page, ranking.prospects().size(), run, start);
        return page;
    }

    /// What is in force for the surface and the model that answered, or the similarity alone where that does not fit it.
    private static ValueExpression expression(Ranking ranking, Run run) {
        if (ranking.scores().isEmpty()) {
            return ranking.parse(UNRANKED_VALUE);
        }
        try {
            return ranking.parse(run.tuning().valueWith(ranking.scores().get().value()));
        } catch (RankingException unfit) {
            run.degrade("value", String.valueOf(unfit.getMessage()));
            return ranking.parse(UNRANKED_VALUE);
        }
    }

    /// The page under an expression, nothing drawn.
    Arrangement under(ValueExpression value, Ranking ranking, Run run) {
        double[] values = ranking.values(value);
        int[] pool = pool(values, ranking, run);
        double diversity = run.tuning().diversity();
        int dimensions = diversity > 0 ? dimensions(ranking) : 0;
        List<PageCandidate> candidates = new ArrayList<>();
        for (int index : pool) {
            Prospect one = ranking.prospects().get(index);
            candidates.add(
                    new PageCandidate(
                            one.id(),
                            values[index],
                            one.facts().author(),
                            PageCandidate.NONE,
                            one.found().source(),
                            embedding(one, dimensions)));
        }
        Rules rules =
                new Rules(
                        run.request().limit(),
                        diversity,
                        new Caps(run.tuning().perAuthorMax(), Integer.MAX_VALUE));
        Slate slate = Slate.of(PagePool.of(candidates)).then(rules.fill());
        return new Arrangement(ranking, value, slate, pool, rules, Map.of());
    }

    private static int dimensions(Ranking ranking) {
        return ranking.prospects().stream()
                .mapToInt(one -> one.facts().embedding().length)
                .max()
                .orElse(0);
    }

    private static float[] embedding(Prospect one, int dimensions) {
        float[] own = one.facts().embedding();
        return own.length == dimensions ? own : new float[dimensions];
    }

    /// The best few, several for each place, and the new ones that may be drawn.
    private static int[] pool(double[] values, Ranking ranking, Run run) {
        int[] order =
                IntStream.range(0, values.length)
                        .boxed()
                        .sorted(
                                (one, other) -> {
                                    int byValue = Double.compare(values[other], values[one]);
                                    return byValue != 0
                                            ? byValue
                                            : Long.compare(
                                                    ranking.prospects().get(one).id(),
                                                    ranking.prospects().get(other).id());
                                })
                        .mapToInt(Integer::intValue)
                        .toArray();
        int most = POOL_LEAST + POOL_PER_PLACE * run.request().limit();
        boolean explores = run.tuning().explorationSlots() > 0;
        return IntStream.range(0, order.length)
                .filter(
                        rank ->
                                rank < most
                                        || (explores
                                                && isNew(ranking.prospects().get(order[rank]))))
                .map(rank -> order[rank])
                .toArray();
    }

    private static boolean isNew(Prospect one) {
        return one.found().reason() == Reason.FRESH;
    }

    private static Arrangement explored(Arrangement page, Run run) {
        List<ExplorationSlots.Slot> slots = slots(page, run);
        if (slots.isEmpty()) {
            return page;
        }
        SplittableRandom random = new SplittableRandom(run.seed());
        ExplorationSlots.Explored explored = ExplorationSlots.fill(page.slate(), slots, random);
        Map<Long, Double> propensities = new HashMap<>();
        explored.shown().forEach(shown -> propensities.put(shown.arm(), shown.probability()));
        Set<Long> arms = new HashSet<>();
        slots.forEach(slot -> arms.addAll(slot.distribution().arms()));
        arms.removeAll(propensities.keySet());
        Slate slate = explored.slate().then(PageRules.forbid(arms::contains, "not drawn"));
        return new Arrangement(
                page.ranking(), page.value(), slate, page.ranked(), page.rules(), propensities);
    }

    private static List<ExplorationSlots.Slot> slots(Arrangement page, Run run) {
        int wanted = run.tuning().explorationSlots();
        int length = page.slate().selected().length;
        if (wanted == 0 || length == 0) {
            return List.of();
        }
        long[] arms = arms(page, wanted * ARMS_PER_SLOT);
        int count = Math.min(Math.min(wanted, length), arms.length);
        List<ExplorationSlots.Slot> slots = new ArrayList<>();
        for (int slot = 0; slot < count; slot++) {
            int first = slot;
            long[] own =
                    IntStream.iterate(first, i -> i < arms.length, i -> i + count)
                            .mapToLong(i -> arms[i])
                            .limit(ArmDistribution.ARMS_MAX)
                            .toArray();
            int position = (slot + 1) * length / (count + 1);
            slots.add(new ExplorationSlots.Slot(position, ArmDistribution.uniform(own)));
        }
        return slots;
    }

    /// New items that are not on the page, one of an author, none of one at the cap.
    private static long[] arms(Arrangement page, int most) {
        Map<Long, Integer> shown = new HashMap<>();
        for (int index : page.slate().selected()) {
            shown.merge(page.prospect(index).facts().author(), 1, Integer::sum);
        }
        Set<Long> authors = new HashSet<>();
        int cap = page.rules().caps().perAuthorMax();
        return Arrays.stream(page.slate().reserve())
                .mapToObj(page::prospect)
                .filter(PageStage::isNew)
                .filter(one -> shown.getOrDefault(one.facts().author(), 0) < cap)
                .filter(one -> authors.add(one.facts().author()))
                .mapToLong(Prospect::id)
                .limit(most)
                .toArray();
    }

    private static void count(Arrangement page, int in, Run run, long startNanos) {
        Slate slate = page.slate();
        Map<String, Integer> filtered = new HashMap<>();
        slate.filtered().forEach(out -> filtered.merge(out.reason(), 1, Integer::sum));
        int selected = slate.selected().length;
        int reserve = slate.reserve().length + in - slate.pool().size();
        run.count(
                Stage.PAGE,
                in,
                selected,
                filtered,
                reserve,
                (run.nanosSinceStart() - startNanos) / NANOS_PER_MICRO);
    }
}
