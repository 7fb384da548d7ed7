package dev.mobula.actors.safety.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.audit.AuditRow;
import dev.mobula.actors.safety.audit.AuditVerifier;
import dev.mobula.actors.safety.review.Choice.Action;
import dev.mobula.actors.safety.review.ReviewDesk.Report;
import dev.mobula.actors.safety.review.ReviewDesk.Suggestion;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.Label;
import dev.mobula.testing.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReviewDeskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ReviewLimits ONCE = ReviewLimits.DEFAULT.withSecondShare(0);

    @TempDir private Path state;
    private InJvmCluster cluster;
    private Labels labels;
    private UserShards users;

    @BeforeEach
    void open() {
        cluster = new InJvmCluster(Optional.of(state));
        ItemShards items = ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(2));
        items.put(LongStream.range(1, 30).mapToObj(id -> Item.of(id, 100 + id, 1)).toList()).join();
        users = UserShards.spawn(cluster, "users", 1);
        labels = new Labels(items, users, InstantSource.system());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private ReviewDesk desk(ReviewLimits limits) {
        return ReviewDesk.spawn(
                cluster,
                "review",
                new ReviewSettings(
                        new ShardLayout("items", 1), new ShardLayout("users", 1), limits));
    }

    private static Choice label(String label) {
        return new Choice(Action.LABEL, label, Label.NEVER, "because", List.of());
    }

    private static Choice choice(Action action) {
        return new Choice(action, "", 0, "because", List.of());
    }

    private Set<GivenLabel> held(Subject subject) {
        return new HashSet<>(
                labels.of(List.of(subject), PATIENCE).join().getOrDefault(subject, List.of()));
    }

    private static long report(ReviewDesk desk, long reporter, Subject subject, String policy) {
        return desk.report(new Report(reporter, subject, policy, "look", 1)).caseId();
    }

    private static Decision decided(ReviewDesk desk, String reviewer, Choice choice) {
        ReviewCase leased = desk.lease(reviewer, "").orElseThrow();
        Decision decision = desk.decide(reviewer, leased.id(), choice).decision();
        assertThat(decision).isNotNull();
        return decision;
    }

    private static AuditVerifier.Findings verified(ReviewDesk desk, String head) {
        AuditVerifier verifier = new AuditVerifier(Optional.of(head));
        List<AuditRow> page = desk.log(0, 100);
        while (!page.isEmpty()) {
            page.forEach(verifier::accept);
            page = desk.log(page.getLast().entry().sequence(), 100);
        }
        return verifier.finish();
    }

    @Test
    void theMostUrgentCaseComesFirstToOneReviewerAtATime() {
        ReviewDesk desk = desk(ONCE);
        long spam = report(desk, 1, Subject.item(1), "spam");
        long hate = report(desk, 1, Subject.item(2), "hate");
        assertThat(desk.report(new Report(1, Subject.item(2), "hate", "again", 1)))
                .isEqualTo(new ReviewDesk.Reported(hate, true));
        assertThat(report(desk, 2, Subject.item(2), "hate")).isEqualTo(hate);
        assertThat(desk.queue(9)).extracting(ReviewCase::id).containsExactly(hate, spam);
        assertThat(desk.lease("jo", "").orElseThrow().id()).isEqualTo(hate);
        assertThat(desk.lease("al", "").orElseThrow().id()).isEqualTo(spam);
        assertThat(desk.lease("al", "hate")).isEmpty();
        assertThatThrownBy(() -> desk.decide("al", hate, choice(Action.DISMISS)))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("case=" + hate + ": is not held by al");
        desk.release("jo", hate);
        assertThat(desk.lease("al", "hate").orElseThrow().id()).isEqualTo(hate);
        Suggestion unsure = new Suggestion(Subject.item(3), "spam", "model:m1", .5, 1, 1e6, "text");
        Suggestion sure = new Suggestion(Subject.item(4), "spam", "model:m1", .99, 1, 1e6, "text");
        long first = desk.suggest(unsure).id();
        long second = desk.suggest(sure).id();
        assertThat(desk.queue(2)).extracting(ReviewCase::id).startsWith(first);
        assertThat(desk.queue(9)).extracting(ReviewCase::id).contains(second);
    }

    @Test
    void aDecisionLabelsAndAnUpheldAppealTakesExactlyThatAway() {
        ReviewDesk desk = desk(ONCE);
        Subject item = Subject.item(5);
        GivenLabel rule = GivenLabel.of(item, "spam", "rule:links");
        labels.give(List.of(rule)).join();
        report(desk, 1, item, "spam");
        Decision first = decided(desk, "jo", label("spam"));
        assertThat(first.state()).isEqualTo(Decision.State.STANDING);
        report(desk, 2, item, "spam");
        Decision second = decided(desk, "jo", label("spam"));
        GivenLabel ofSecond = second.effects().getFirst().label();
        assertThat(held(item))
                .containsExactlyInAnyOrder(rule, first.effects().getFirst().label(), ofSecond);
        assertThat(StatementOfReasons.of(first))
                .contains("item:5", "\"spam\"", "because", "You may appeal");
        assertThatThrownBy(() -> desk.appeal(first.id(), 77, "no"))
                .hasMessageContaining("appellant=77");
        long appeal = desk.appeal(first.id(), 105, "I did not").id();
        assertThatThrownBy(() -> desk.appeal(first.id(), 105, "again"))
                .hasMessageContaining("appealed against before");
        assertThat(desk.lease("jo", "")).as("an own decision").isEmpty();
        assertThat(desk.lease("al", "").orElseThrow().id()).isEqualTo(appeal);
        assertThatThrownBy(() -> desk.decide("al", appeal, label("spam")))
                .hasMessageContaining("no answer to a case of this kind");
        Decision upheld = desk.decide("al", appeal, choice(Action.UPHOLD)).decision();
        assertThat(upheld.state()).isEqualTo(Decision.State.REVERSED);
        assertThat(held(item)).containsExactlyInAnyOrder(rule, ofSecond);
        ReviewStats.Tally jo = desk.stats().byDecider().get("jo");
        assertThat(jo).isEqualTo(new ReviewStats.Tally(2, 1, 1));
        assertThat(desk.examples(0, 10))
                .extracting(ReviewDesk.Example::positive)
                .containsExactly(true, true, false);
        String head = desk.head().orElseThrow().hash();
        assertThat(verified(desk, head).faults()).isEmpty();
    }

    @Test
    void whateverWasDecidedAndReversedTheLabelsAreThoseOfTheDecisionsThatStand() {
        ReviewDesk desk = desk(ONCE);
        Seeds.forAll(3, random -> decideAndAppeal(desk, random));
        assertThat(verified(desk, desk.head().orElseThrow().hash()).faults()).isEmpty();
    }

    private void decideAndAppeal(ReviewDesk desk, SplittableRandom random) {
        Map<Subject, Set<GivenLabel>> model = new HashMap<>();
        List<Subject> subjects =
                List.of(Subject.item(1 + random.nextInt(29)), Subject.account(random.nextInt(50)));
        for (Subject subject : subjects) {
            model.put(subject, held(subject));
        }
        List<Decision> standing = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            Subject subject = subjects.get(random.nextInt(2));
            Set<GivenLabel> now = model.get(subject);
            switch (random.nextInt(4)) {
                case 0 -> {
                    GivenLabel given = GivenLabel.of(subject, "spam", "rule:" + random.nextInt(3));
                    labels.give(List.of(given)).join();
                    now.add(given);
                }
                case 1 -> {
                    report(desk, i, subject, "spam");
                    Decision made = decided(desk, "jo", label("spam"));
                    made.effects().forEach(effect -> now.add(effect.label()));
                    standing.add(made);
                }
                case 2 -> {
                    report(desk, i, subject, "spam");
                    Choice clear = new Choice(Action.CLEAR, "spam", 0, "", List.of());
                    Decision made = decided(desk, "jo", clear);
                    assertThat(made.effects()).hasSize(now.size());
                    now.clear();
                    standing.add(made);
                }
                default -> reverse(desk, standing, model, random);
            }
            subjects.forEach(one -> assertThat(held(one)).isEqualTo(model.get(one)));
        }
    }

    private static void reverse(
            ReviewDesk desk,
            List<Decision> standing,
            Map<Subject, Set<GivenLabel>> model,
            SplittableRandom random) {
        if (standing.isEmpty()) {
            return;
        }
        Decision one = standing.remove(random.nextInt(standing.size()));
        long appellant = one.author();
        desk.appeal(one.id(), appellant, "no");
        boolean upholds = random.nextBoolean();
        decided(desk, "al", choice(upholds ? Action.UPHOLD : Action.REJECT));
        Set<GivenLabel> now = model.get(one.subject());
        for (Decision.Effect effect : upholds ? one.effects() : List.<Decision.Effect>of()) {
            if (effect.isTaken()) {
                now.add(effect.label());
            } else {
                now.remove(effect.label());
            }
        }
    }

    @Test
    void whoLooksTwiceMustAgreeOrAThirdDecides() {
        ReviewDesk desk = desk(ReviewLimits.DEFAULT.withSecondShare(1));
        long agreed = report(desk, 1, Subject.item(1), "hate");
        assertThat(desk.lease("jo", "")).isPresent();
        assertThat(desk.decide("jo", agreed, label("hate")).decision()).isNull();
        assertThat(held(Subject.item(1))).isEmpty();
        assertThat(desk.lease("jo", "")).isEmpty();
        assertThat(desk.lease("al", "")).isPresent();
        Decision both = desk.decide("al", agreed, label("hate")).decision();
        assertThat(both.seconded()).containsExactly("jo");
        assertThat(held(Subject.item(1))).hasSize(1);
        long split = report(desk, 1, Subject.item(2), "hate");
        assertThat(desk.lease("jo", "")).isPresent();
        desk.decide("jo", split, label("hate"));
        assertThat(desk.lease("al", "")).isPresent();
        assertThat(desk.decide("al", split, choice(Action.DISMISS)).decision()).isNull();
        assertThat(desk.lease("bo", "")).isPresent();
        Decision third = desk.decide("bo", split, choice(Action.DISMISS)).decision();
        assertThat(third.effects()).isEmpty();
        assertThat(desk.stats().pairs())
                .isEqualTo(Map.of("LABEL hate|LABEL hate", 1L, "LABEL hate|DISMISS", 1L));
    }

    @Test
    void kappaIsThatOfTheTextbook() {
        ReviewStats stats = ReviewStats.NONE;
        stats = pairs(pairs(stats, "A", "A", 20), "A", "B", 5);
        stats = pairs(pairs(stats, "B", "A", 10), "B", "B", 15);
        assertThat(stats.kappa()).isCloseTo(.4, within(1e-12)); // Cohen's grant proposals
        assertThat(ReviewStats.NONE.kappa()).isZero();
    }

    private static ReviewStats pairs(ReviewStats to, String one, String other, int count) {
        ReviewStats more = to;
        for (int i = 0; i < count; i++) {
            more = more.pair(one, other);
        }
        return more;
    }

    @Test
    void aRulesOwnDecisionIsOnRecordAndFallsToAnAppeal() {
        ReviewDesk desk = desk(ONCE);
        Decision made = desk.act(Subject.account(7), "spam", "rule:burst@3", label("spam"));
        assertThat(held(Subject.account(7))).hasSize(1);
        assertThat(StatementOfReasons.of(made)).contains("rule:burst@3, automatically");
        desk.appeal(made.id(), 7, "no");
        decided(desk, "jo", choice(Action.UPHOLD));
        assertThat(held(Subject.account(7))).isEmpty();
        assertThat(desk.stats().byDecider().get("rule:burst@3").overturned()).isEqualTo(1);
    }

    @Test
    void aDecisionWhoseOwnerIsAwayIsCarriedOutWhenItIsBackAndAllIsThereAfterARestart() {
        ReviewDesk desk = desk(ONCE);
        report(desk, 1, Subject.account(9), "spam");
        cluster.stop(new ServiceRef("users-0", 1));
        Decision made = decided(desk, "jo", label("spam"));
        assertThat(made.state()).isEqualTo(Decision.State.APPLYING);
        cluster.stop(new ServiceRef("review", 1));
        users = UserShards.spawn(cluster, "users", 1);
        ReviewDesk again = desk(ONCE);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (again.decision(made.id()).state() != Decision.State.STANDING) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(held(Subject.account(9))).hasSize(1);
        assertThat(verified(again, again.head().orElseThrow().hash()).faults()).isEmpty();
    }

    @Test
    void aForgottenPersonIsGoneFromTheQueueTheDecisionsAndTheLogWhichStaysWhole() {
        ReviewDesk desk = desk(ONCE);
        report(desk, 555, Subject.item(5), "spam");
        long kept = report(desk, 556, Subject.item(5), "spam");
        report(desk, 557, Subject.account(555), "spam");
        report(desk, 557, Subject.account(600), "hate");
        decided(desk, "jo", label("hate"));
        String head = desk.head().orElseThrow().hash();
        desk.forget(555);
        assertThat(desk.queue(9)).extracting(ReviewCase::id).containsExactly(kept);
        assertThat(desk.find(kept).evidence()).hasSize(1);
        assertThat(desk.log(0, 100).toString()).doesNotContain("555").contains("556");
        assertThat(verified(desk, head).faults()).isEmpty();
        desk.forget(600);
        assertThat(desk.examples(0, 9)).isEmpty();
        assertThat(verified(desk, head).faults()).isEmpty();
    }

    @Test
    void whatIsTooMuchOrNonsenseIsRefusedAndNothingIsWritten() {
        ReviewDesk desk = desk(new ReviewLimits(2, 3, 60_000, 1, 0, Duration.ofDays(1).toMillis()));
        assertThatThrownBy(() -> report(desk, 1, Subject.item(999), "spam"))
                .hasMessageContaining("subject=item:999");
        assertThatThrownBy(() -> report(desk, 1, Subject.item(1), "a|b"))
                .hasMessageContaining("policy=a|b");
        assertThat(desk.head()).isEmpty();
        report(desk, 1, Subject.item(1), "spam");
        report(desk, 1, Subject.item(2), "spam");
        assertThatThrownBy(() -> report(desk, 1, Subject.item(3), "spam"))
                .hasMessageContaining("cases=2 wait");
        assertThat(desk.lease("jo", "")).isPresent();
        assertThatThrownBy(() -> desk.lease("jo", "")).hasMessageContaining("holds 1 cases");
        assertThatThrownBy(() -> desk.find(77)).hasMessageContaining("case=77");
        long held = desk.queue(1).getFirst().id();
        assertThatThrownBy(() -> desk.decide("jo", held, label("two words")))
                .hasMessageContaining("label=two words");
        assertThat(desk.stats().open()).isEqualTo(2);
    }
}
