package dev.mobula.ranking.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.safety.VisibilityPolicy.Decision;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.ranking.safety.VisibilityPolicy.Rule;
import dev.mobula.ranking.safety.VisibilityPolicy.Surface;
import dev.mobula.ranking.safety.VisibilityPolicy.Treatment;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class VisibilityPolicyTest {
    private static final List<String> NAMES = List.of("spam", "hate", "sexual", "offensive");
    private static final List<String> WISHES = List.of("hide", "warn", "ignore", "nonsense");

    private static Held held(String label, String source) {
        return new Held(label, source, .9, 1, Long.MAX_VALUE);
    }

    private static VisibilityPolicy policy(Rule... rules) {
        return new VisibilityPolicy("p-1", List.of(rules));
    }

    @Test
    void theStrictestRuleDecidesAndSaysWhy() {
        VisibilityPolicy policy =
                policy(
                        Rule.of("offensive", Treatment.DOWN_RANK),
                        Rule.of("spam", Treatment.INTERSTITIAL));
        Decision decision =
                policy.decide(
                        List.of(held("offensive", "m"), held("spam", "jo")),
                        Surface.DISCOVER,
                        Map.of(),
                        0);
        assertThat(decision.treatment()).isEqualTo(Treatment.INTERSTITIAL);
        assertThat(decision.weight()).isEqualTo(.5);
        assertThat(decision.reasons())
                .containsExactly(
                        "spam by jo on discover: interstitial (rule 2 of p-1)",
                        "offensive by m on discover: down-rank (rule 1 of p-1)");
    }

    @Test
    void aRuleOrAWishForALabelSpeaksForWhatIsBelowItAndForNothingBeside() {
        VisibilityPolicy policy = policy(Rule.of("topic:war", Treatment.INTERSTITIAL).relaxable());
        Held below = held("topic:war:drones", "m");
        assertThat(policy.decide(List.of(below), Surface.DISCOVER, Map.of(), 0).isCovered())
                .isTrue();
        Held beside = held("topic:warm", "m");
        assertThat(policy.decide(List.of(beside), Surface.DISCOVER, Map.of(), 0).treatment())
                .isEqualTo(Treatment.ALLOW);
        Map<String, String> nearest = Map.of("topic", "hide", "m/topic:war", "ignore");
        assertThat(policy.decide(List.of(below), Surface.DISCOVER, nearest, 0).treatment())
                .isEqualTo(Treatment.ALLOW);
        assertThat(policy.decide(List.of(beside), Surface.DISCOVER, nearest, 0).isShown())
                .isFalse();
    }

    @Test
    void aWishCountsWhereNoRuleSpeaksAndOnPushItDrops() {
        VisibilityPolicy none = policy();
        Held dogs = held("topic:dogs", "m");
        Map<String, String> warn = Map.of("topic:dogs", "warn");
        Decision covered = none.decide(List.of(dogs), Surface.DISCOVER, warn, 0);
        assertThat(covered.isCovered()).isTrue();
        assertThat(covered.reasons())
                .containsExactly("topic:dogs by m on discover: interstitial (the viewer's wish)");
        assertThat(none.decide(List.of(dogs), Surface.PUSH, warn, 0).isShown()).isFalse();
        assertThat(none.dropping(Set.of("topic")).decide(List.of(dogs), Surface.ADS, Map.of(), 0))
                .returns(false, Decision::isShown);
    }

    @Test
    void pushIsNeverMilderThanAnyFeed() {
        Seeds.forAll(
                2_000,
                random -> {
                    VisibilityPolicy policy = randomPolicy(random, true);
                    List<Held> labels = randomLabels(random);
                    Map<String, String> wishes = randomWishes(random);
                    Treatment push = policy.decide(labels, Surface.PUSH, wishes, 5).treatment();
                    for (Surface surface : Surface.values()) {
                        Treatment here = policy.decide(labels, surface, wishes, 5).treatment();
                        assertThat(push).isGreaterThanOrEqualTo(here);
                    }
                });
    }

    @Test
    void moreLabelsAndStricterWishesNeverShowMore() {
        Seeds.forAll(
                2_000,
                random -> {
                    VisibilityPolicy policy = randomPolicy(random, false);
                    List<Held> labels = randomLabels(random);
                    Map<String, String> wishes = randomWishes(random);
                    Surface surface = List.of(Surface.values()).get(random.nextInt(7));
                    Treatment before = policy.decide(labels, surface, wishes, 5).treatment();
                    List<Held> more = new ArrayList<>(labels);
                    more.add(held(NAMES.get(random.nextInt(4)), "other"));
                    assertThat(policy.decide(more, surface, wishes, 5).treatment())
                            .isGreaterThanOrEqualTo(before);
                    Map<String, String> hide = new TreeMap<>();
                    NAMES.forEach(name -> hide.put(name, "hide"));
                    assertThat(policy.decide(labels, surface, hide, 5).treatment())
                            .isGreaterThanOrEqualTo(
                                    policy.decide(labels, surface, Map.of(), 5).treatment());
                });
    }

    @Test
    void whatTheNamesDropIsDroppedByTheDecision() {
        Seeds.forAll(
                2_000,
                random -> {
                    VisibilityPolicy policy = randomPolicy(random, false);
                    Map<String, String> wishes = randomWishes(random);
                    wishes.keySet().removeIf(name -> name.contains("/"));
                    Surface surface = List.of(Surface.values()).get(random.nextInt(7));
                    for (String name : policy.dropped(surface, wishes)) {
                        assertThat(
                                        policy.decide(
                                                        List.of(held(name, "anyone")),
                                                        surface,
                                                        wishes,
                                                        5)
                                                .isShown())
                                .isFalse();
                    }
                });
    }

    @Test
    void viewersRelaxOnlyWhereTheyMay() {
        VisibilityPolicy policy =
                policy(
                        Rule.of("spam", Treatment.DROP),
                        Rule.of("sexual", Treatment.INTERSTITIAL).relaxable());
        Map<String, String> ignore = Map.of("spam", "ignore", "sexual", "ignore");
        assertThat(treatment(policy, "spam", ignore)).isEqualTo(Treatment.DROP);
        assertThat(treatment(policy, "sexual", ignore)).isEqualTo(Treatment.ALLOW);
        Map<String, String> source = Map.of("sexual", "ignore", "jo/sexual", "hide");
        assertThat(treatment(policy, "sexual", source)).isEqualTo(Treatment.DROP);
    }

    private static Treatment treatment(
            VisibilityPolicy policy, String label, Map<String, String> wishes) {
        return policy.decide(List.of(held(label, "jo")), Surface.THREAD, wishes, 0).treatment();
    }

    @Test
    void negationAndExpiryTakeALabelBack() {
        VisibilityPolicy policy = policy(Rule.of("spam", Treatment.DROP));
        Held spam = new Held("spam", "jo", 1, 3, 100);
        assertThat(shown(policy, 99, spam)).isFalse();
        assertThat(shown(policy, 100, spam)).isTrue();
        assertThat(shown(policy, 9, spam, new Held("!spam", "jo", 1, 3, 100))).isTrue();
        assertThat(shown(policy, 9, spam, new Held("!spam", "jo", 1, 2, 100))).isFalse();
        assertThat(shown(policy, 9, spam, new Held("!spam", "al", 1, 9, 100))).isFalse();
    }

    private static boolean shown(VisibilityPolicy policy, long now, Held... labels) {
        return policy.decide(List.of(labels), Surface.SEARCH, Map.of(), now).isShown();
    }

    @Test
    void aPolicyIsReadBackAndABadOneNamed() {
        VisibilityPolicy usual = VisibilityPolicy.usual();
        assertThat(VisibilityPolicy.parse(usual.toJson())).isEqualTo(usual);
        assertThatThrownBy(
                        () ->
                                VisibilityPolicy.parse(
                                        "{\"version\":\"x\",\"rules\":[],\n\"rulez\":[]}"))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("rulez")
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> Rule.of("", Treatment.DROP)).hasMessageContaining("label=''");
    }

    private static VisibilityPolicy randomPolicy(SplittableRandom random, boolean everywhere) {
        List<Rule> rules = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Treatment treatment = List.of(Treatment.values()).get(random.nextInt(5));
            Rule rule = Rule.of(NAMES.get(random.nextInt(4)), treatment);
            if (!everywhere && random.nextBoolean()) {
                rule = rule.on(List.of(Surface.values()).get(random.nextInt(7)));
            }
            rules.add(random.nextBoolean() ? rule.relaxable() : rule);
        }
        return new VisibilityPolicy("r", rules);
    }

    private static List<Held> randomLabels(SplittableRandom random) {
        List<Held> labels = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            labels.add(
                    new Held(
                            NAMES.get(random.nextInt(4)),
                            random.nextBoolean() ? "jo" : "al",
                            random.nextDouble(),
                            random.nextInt(3),
                            random.nextInt(10)));
        }
        return labels;
    }

    private static Map<String, String> randomWishes(SplittableRandom random) {
        Map<String, String> wishes = new TreeMap<>();
        for (String name : NAMES) {
            if (random.nextBoolean()) {
                String key = random.nextInt(4) == 0 ? "jo/" + name : name;
                wishes.put(key, WISHES.get(random.nextInt(4)));
            }
        }
        return wishes;
    }

    @Test
    void surfacesAreNamedAsPeopleWriteThem() {
        assertThat(VisibilityPolicy.surface("discover")).contains(Surface.DISCOVER);
        assertThat(VisibilityPolicy.surface("DISCOVER")).isEmpty();
        assertThat(VisibilityPolicy.usual().dropped(Surface.PUSH, Map.of()))
                .containsAll(Set.of("spam", "sexual", "unsure"));
    }
}
