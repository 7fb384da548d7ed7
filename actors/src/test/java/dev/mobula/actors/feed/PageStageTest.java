package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.ranking.experiment.ExperimentPlan;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.retrieval.source.Candidate;
import dev.mobula.retrieval.source.Reason;
import dev.mobula.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Pages of random candidates keep the rules whatever they are made of.
final class PageStageTest {
    private static final long NOW = 1_000_000;

    private static Run run(FeedSettings settings, int limit, long seed) {
        FeedRequest request = FeedRequest.of(1, limit);
        FeedParameters parameters = new FeedParameters(settings);
        ExperimentPlan plan = new ExperimentPlan(List.of(), 0, FeedParameters.all(settings));
        return new Run(
                request,
                Serving.USUAL,
                plan.assign(1, NOW),
                parameters.of("home", plan.assign(1, NOW)),
                "s",
                seed,
                NOW,
                1,
                Duration.ofSeconds(60),
                System::nanoTime);
    }

    private static Ranking ranking(SplittableRandom random, int count, double freshShare) {
        List<Prospect> prospects = new ArrayList<>();
        float[] taste = {(float) random.nextDouble(-1, 1), (float) random.nextDouble(-1, 1)};
        for (int i = 0; i < count; i++) {
            Reason reason = random.nextDouble() < freshShare ? Reason.FRESH : Reason.NEAR_PERSON;
            float[] embedding = {(float) random.nextDouble(), (float) random.nextDouble()};
            Facts facts = new Facts(random.nextInt(20), "", NOW, List.of(), embedding);
            Candidate found = new Candidate(1_000 + i, 1, "s", reason, 0);
            prospects.add(new Prospect(i, found, facts, taste));
        }
        long[] ids = prospects.stream().mapToLong(Prospect::id).toArray();
        double[] calibrated = random.doubles(count).toArray();
        Scores scores =
                new Scores(
                        "m",
                        new KernelIdentity("packed", 8, "1"),
                        "schema",
                        "",
                        List.of("click"),
                        List.of(),
                        ids,
                        new float[count],
                        calibrated,
                        List.of(),
                        List.of());
        return new Ranking(Optional.of(scores), prospects, Person.unknown(1), NOW);
    }

    @Test
    void everyCandidateIsOnThePageOutOrInReserveAndTheCapsHold() {
        Seeds.forAll(
                200,
                random -> {
                    int limit = random.nextInt(1, 40);
                    int cap = random.nextInt(1, 4);
                    FeedSettings settings =
                            FeedSettings.within(Duration.ofSeconds(1))
                                    .withValue("click + similarity")
                                    .withPerAuthorMax(cap)
                                    .withDiversity(random.nextInt(3) / 2.0)
                                    .withExploration(random.nextInt(4));
                    Run run = run(settings, limit, random.nextLong());
                    int count = random.nextInt(0, 500);
                    Arrangement page = new PageStage().arrange(ranking(random, count, .2), run);
                    StageCount counted = run.counts().getFirst();
                    assertThat(counted.in()).isEqualTo(count);
                    Map<Long, Integer> byAuthor = new HashMap<>();
                    Set<Long> ids = new HashSet<>();
                    for (int index : page.slate().selected()) {
                        Prospect one = page.prospect(index);
                        assertThat(one.id()).isEqualTo(page.slate().pool().id(index));
                        assertThat(ids.add(one.id())).isTrue();
                        if (one.facts().author() != 0) {
                            byAuthor.merge(one.facts().author(), 1, Integer::sum);
                        }
                    }
                    assertThat(byAuthor.values()).allMatch(shown -> shown <= cap);
                    assertThat(counted.selected()).isEqualTo(ids.size()).isLessThanOrEqualTo(limit);
                    assertThat(page.propensities().keySet()).isSubsetOf(ids);
                });
    }

    /// The share of pages that show a new item is the probability that was logged with it.
    @Test
    void aNewItemIsShownAsOftenAsItsLoggedProbabilitySays() {
        FeedSettings settings =
                FeedSettings.within(Duration.ofSeconds(1)).withValue("click").withExploration(2);
        Ranking ranking = ranking(new SplittableRandom(5), 200, .1);
        Map<Long, Integer> shown = new HashMap<>();
        Map<Long, Double> logged = new HashMap<>();
        int pages = 20_000;
        for (int i = 0; i < pages; i++) {
            Arrangement page = new PageStage().arrange(ranking, run(settings, 10, i));
            assertThat(page.propensities()).hasSize(2);
            page.propensities()
                    .forEach(
                            (id, probability) -> {
                                shown.merge(id, 1, Integer::sum);
                                logged.put(id, probability);
                            });
        }
        assertThat(logged).hasSizeGreaterThan(4);
        logged.forEach(
                (id, probability) ->
                        assertThat((double) shown.getOrDefault(id, 0) / pages)
                                .isCloseTo(probability, within(.02)));
    }
}
