package dev.mobula.ranking.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.experiment.Assignment.Exposure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ExperimentPlanTest {
    private static final long START = 1_000;
    private static final long NOW = 1_500;
    private static final long END = 2_000;
    private static final Parameter.Real WEIGHT = new Parameter.Real("likeWeight", 1.0, 0, 10);
    private static final Parameter.Switch FRESH = new Parameter.Switch("fresh", true);
    private static final Parameter.Choice PAGE =
            new Parameter.Choice("page", "dpp", List.of("dpp", "mmr"));
    private static final List<Parameter<?>> PARAMETERS = List.of(WEIGHT, FRESH, PAGE);

    private static Arm arm(String name, int weight, String... parameters) {
        Map<String, String> changed = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            changed.put(parameters[i], parameters[i + 1]);
        }
        return new Arm(name, weight, changed);
    }

    private static Experiment experiment(String name, String layer, int from, int to, Arm... arms) {
        return new Experiment(name, layer, from, to, List.of(arms), START, END);
    }

    private static ExperimentPlan plan(double holdout, Experiment... experiments) {
        return new ExperimentPlan(List.of(experiments), holdout, PARAMETERS);
    }

    private static final Experiment LIKES =
            experiment(
                    "likes",
                    "ranking",
                    0,
                    500,
                    arm("control", 3),
                    arm("more", 1, "likeWeight", "2"));
    private static final Experiment PAGES =
            experiment("pages", "page", 0, 1_000, arm("control", 1), arm("mmr", 1, "page", "mmr"));

    @Test
    void sharesAreAsThePlanSaysAndLayersAreIndependent() {
        ExperimentPlan plan = plan(0.1, LIKES, PAGES);
        int users = 200_000;
        Map<List<Exposure>, Integer> counts = new HashMap<>();
        int heldOut = 0;
        for (long user = 0; user < users; user++) {
            Assignment assigned = plan.assign(user, NOW);
            heldOut += assigned.heldOut() ? 1 : 0;
            counts.merge(assigned.exposures(), 1, Integer::sum);
        }
        assertThat((double) heldOut / users).isCloseTo(0.1, within(0.005));
        Exposure likesControl = new Exposure("likes", "control");
        Exposure likesMore = new Exposure("likes", "more");
        for (Exposure page :
                List.of(new Exposure("pages", "control"), new Exposure("pages", "mmr"))) {
            double both = 0.9 * 0.5 * 0.5 * users;
            assertThat((double) counts.get(List.of(likesControl, page)))
                    .isCloseTo(0.75 * both, within(0.03 * both));
            assertThat((double) counts.get(List.of(likesMore, page)))
                    .isCloseTo(0.25 * both, within(0.03 * both));
        }
    }

    @Test
    void anAssignmentNeitherMovesNorDependsOnOtherExperiments() {
        ExperimentPlan alone = plan(0.1, LIKES);
        ExperimentPlan together = plan(0.1, PAGES, LIKES);
        for (long user = 0; user < 5_000; user++) {
            List<Exposure> expected = alone.assign(user, NOW).exposures();
            assertThat(alone.assign(user, NOW + 1).exposures()).isEqualTo(expected);
            List<Exposure> other = new ArrayList<>(together.assign(user, NOW).exposures());
            other.removeIf(exposure -> exposure.experiment().equals("pages"));
            assertThat(other).isEqualTo(expected);
        }
    }

    @Test
    void experimentsOfOneLayerNeverMeetInAUser() {
        Experiment second =
                experiment(
                        "second",
                        "ranking",
                        500,
                        1_000,
                        arm("control", 1),
                        arm("less", 1, "likeWeight", "0.5"));
        ExperimentPlan plan = plan(0, LIKES, second);
        for (long user = 0; user < 5_000; user++) {
            assertThat(plan.assign(user, NOW).exposures()).hasSize(1);
        }
    }

    @Test
    void parametersAreThoseOfTheArmAndStandardElsewhere() {
        ExperimentPlan plan = plan(0, LIKES, PAGES);
        for (long user = 0; user < 1_000; user++) {
            Assignment assigned = plan.assign(user, NOW);
            boolean more = assigned.exposures().contains(new Exposure("likes", "more"));
            assertThat(assigned.value(WEIGHT)).isEqualTo(more ? 2.0 : 1.0);
            boolean mmr = assigned.exposures().contains(new Exposure("pages", "mmr"));
            assertThat(assigned.value(PAGE)).isEqualTo(mmr ? "mmr" : "dpp");
            assertThat(assigned.value(FRESH)).isTrue();
        }
    }

    @Test
    void anExperimentRunsBetweenItsTimes() {
        ExperimentPlan plan = plan(0, PAGES);
        assertThat(plan.assign(1, START - 1).exposures()).isEmpty();
        assertThat(plan.assign(1, START).exposures()).hasSize(1);
        assertThat(plan.assign(1, END).exposures()).isEmpty();
    }

    @Test
    void plansThatContradictThemselvesAreRefusedByName() {
        assertRefused(() -> plan(0.9, LIKES), "holdout=0.9");
        assertRefused(() -> plan(0, LIKES, LIKES), "experiment=likes");
        assertRefused(
                () ->
                        plan(
                                0,
                                LIKES,
                                experiment("x", "ranking", 400, 600, arm("a", 1), arm("b", 1))),
                "400..600",
                "likes");
        assertRefused(
                () ->
                        plan(
                                0,
                                LIKES,
                                experiment(
                                        "x",
                                        "other",
                                        0,
                                        10,
                                        arm("a", 1),
                                        arm("b", 1, "likeWeight", "3"))),
                "likeWeight",
                "one layer");
        assertRefused(
                () -> plan(0, experiment("x", "l", 0, 9, arm("a", 1), arm("b", 1, "colour", "1"))),
                "parameter=colour",
                "likeWeight");
        assertRefused(
                () -> plan(0, experiment("x", "l", 0, 9, arm("a", 1), arm("b", 1, "page", "z"))),
                "page=z");
        assertRefused(
                () ->
                        plan(
                                0,
                                experiment(
                                        "x",
                                        "l",
                                        0,
                                        9,
                                        arm("a", 1),
                                        arm("b", 1, "likeWeight", "11"))),
                "likeWeight=11.0");
        assertRefused(() -> experiment("x", "l", 5, 5, arm("a", 1), arm("b", 1)), "slots=5..5");
        assertRefused(() -> experiment("x", "l", 0, 5, arm("a", 1)), "arms=1");
        assertRefused(() -> experiment("x", "l", 0, 5, arm("a", 1), arm("a", 1)), "arm=a");
        assertRefused(() -> arm("a", 0), "weight=0");
        assertRefused(
                () -> experiment("a b", "l", 0, 5, arm("a", 1), arm("b", 1)), "experiment=a b");
    }

    private static void assertRefused(ThrowingCallable made, String... texts) {
        assertThatThrownBy(made)
                .isInstanceOf(RankingException.class)
                .hasMessageContainingAll(texts);
    }

    @Test
    void aPlanIsReadFromJsonAndWhatIsWrongInItIsNamed() {
        List<Parameter<?>> known =
                List.of(new Parameter.Whole("cap", 3, 1, 10), new Parameter.Text("value", "", 20));
        String good =
                """
                {"holdout": 0.1, "experiments": [{"name": "caps", "layer": "page", "slots": [0, 500],
                 "start": "2030-01-01T00:00:00Z", "end": "2030-02-01T00:00:00Z",
                 "arms": [{"name": "control"}, {"name": "one", "weight": 2, "parameters": {"cap": "1", "value": "like"}}]}]}
                """;
        ExperimentPlan plan = ExperimentPlan.parse(good, known);
        assertThat(plan.holdoutShare()).isEqualTo(.1);
        assertThat(plan.experiments())
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.slotTo()).isEqualTo(500);
                            assertThat(one.arms().getLast().weight()).isEqualTo(2);
                        });
        Map<String, String> wrong =
                Map.of(
                        good.replace("\"1\"", "\"11\""), "cap=11",
                        good.replace("\"1\"", "\"x\""), "cap=x",
                        good.replace("\"like\"", "\" \""), "value",
                        good.replace("2030-01-01T00", "soon"), "start=soon",
                        good.replace("slots", "slot"), "slot",
                        good.replace("[0, 500]", "[0]"), "slots=[0]",
                        good.replace("\"start\"", "\"end\""), "start");
        wrong.forEach(
                (json, named) ->
                        assertThatThrownBy(() -> ExperimentPlan.parse(json, known))
                                .hasMessageContaining(named));
    }
}
