package dev.mobula.training.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// How a world is lived in.
final class SimulationTest {
    private static final WorldSpec SPEC = WorldSpec.of(11, 800, 600, 5);

    private static long digest(WorldSpec spec) {
        World world = World.create(spec);
        EventDigest digest = new EventDigest();
        new Simulation(world).run(new PopularityPolicy(world, 3), digest);
        return digest.value();
    }

    @Test
    void oneSeedGivesOneStreamOfEventsBitForBit() {
        long once = digest(SPEC);
        assertThat(digest(SPEC)).isEqualTo(once);
        assertThat(digest(SPEC.withSeed(12))).isNotEqualTo(once);
    }

    /// The stream of this spec as it is on every machine; a change of the world's mathematics changes it knowingly.
    @Test
    void theStreamIsTheSameOnEveryMachine() {
        assertThat(Long.toHexString(digest(SPEC))).isEqualTo("7bb6024064ec03fb");
    }

    @Test
    void chancesAreProbabilitiesAndUtilitiesFinite() {
        Seeds.forAll(
                5,
                random -> {
                    World world = World.create(SPEC.withSeed(random.nextLong()));
                    Simulation life = new Simulation(world);
                    RandomPolicy policy = new RandomPolicy(random.nextLong());
                    Page page = new Page(SPEC.pageItems());
                    Chances chances = new Chances();
                    for (int i = 0; i < 500 && life.next(); i++) {
                        page.clear();
                        policy.choose(life.request(), page);
                        life.truth().chances(page.item(0), chances);
                        double[] all = {
                            chances.click(), chances.like(), chances.reply(),
                            chances.follow(), chances.hide(), chances.report()
                        };
                        for (double chance : all) {
                            assertThat(chance).isBetween(0.0, 1.0);
                        }
                        assertThat(chances.dwellSeconds()).isPositive().isLessThan(3_600);
                        assertThat(Double.isFinite(chances.utility(Worth.USUAL))).isTrue();
                        assertThat(life.truth().viewed(i % 10)).isBetween(0.0, 1.0);
                        life.serve(page, impression -> {});
                    }
                });
    }

    @Test
    void whatUsersDoIsWorthOnAverageWhatTheTruthSays() {
        World world = World.create(WorldSpec.of(3, 3_000, 1_000, 7));
        Simulation life = new Simulation(world);
        List<Double> errors = new ArrayList<>();
        Page page = new Page(10);
        OraclePolicy policy = new OraclePolicy(life.truth(), 10);
        for (int i = 0; i < 6_000 && life.next(); i++) {
            page.clear();
            policy.choose(life.request(), page);
            double expected = life.truth().utility(page);
            double[] value = {0};
            life.serve(page, impression -> value[0] += impression.value(Worth.USUAL));
            errors.add(value[0] - expected);
        }
        double mean = errors.stream().mapToDouble(e -> e).average().orElseThrow();
        double variance = errors.stream().mapToDouble(e -> (e - mean) * (e - mean)).sum();
        double error = Math.sqrt(variance) / errors.size();
        assertThat(Math.abs(mean)).isLessThan(4 * error);
        assertThat(error).isLessThan(.05);
    }

    @Test
    void mostVisitsFallIntoTheLocalEveningEverywhere() {
        World world = World.create(WorldSpec.of(2, 4_000, 300, 14));
        int[][] visits = new int[Place.ALL.size()][24];
        int[] all = new int[Place.ALL.size()];
        Simulation life = new Simulation(world);
        RandomPolicy policy = new RandomPolicy(1);
        Page page = new Page(10);
        while (life.next()) {
            int user = life.request().user();
            long at = life.request().seconds();
            long local = at + world.place(user).offsetSeconds(at);
            int place = Place.ALL.indexOf(world.place(user));
            visits[place][(int) Math.floorMod(local / 3_600, 24L)]++;
            all[place]++;
            page.clear();
            policy.choose(life.request(), page);
            life.serve(page, impression -> {});
        }
        for (int place = 0; place < visits.length; place++) {
            if (all[place] < 2_000) {
                continue;
            }
            int evening = 0;
            int night = 0;
            for (int hour = 0; hour < 24; hour++) {
                evening += hour >= 18 && hour < 23 ? visits[place][hour] : 0;
                night += hour >= 1 && hour < 6 ? visits[place][hour] : 0;
            }
            assertThat((double) evening / all[place]).isGreaterThan(.33);
            assertThat((double) night / all[place]).isLessThan(.1);
        }
    }

    @Test
    void servingThePopularPilesClicksUpOnFewItems() {
        World world = World.create(WorldSpec.of(4, 3_000, 1_000, 7));
        double byChance = Gini.of(clicks(world, new RandomPolicy(2)));
        double byPopularity = Gini.of(clicks(world, new PopularityPolicy(world, 2)));
        assertThat(byChance).isBetween(.3, .8);
        assertThat(byPopularity).isGreaterThan(byChance + .1).isBetween(.8, .99);
    }

    private static double[] clicks(World world, Policy policy) {
        double[] clicks = new double[world.items()];
        new Simulation(world)
                .run(policy, impression -> clicks[impression.item()] += impression.click() ? 1 : 0);
        return clicks;
    }

    @Test
    void seeingATopicLowersItsChancesUntilTheUserHasRested() {
        World world = World.create(SPEC);
        Responses responses = new Responses(world);
        Items items = world.hiddenItems();
        Chances chances = new Chances();
        Seeds.forAll(
                50,
                random -> {
                    Minds minds = new Minds(world.users(), world.items());
                    int user = random.nextInt(world.users());
                    int item = random.nextInt(world.items());
                    int at = Math.max(0, items.postedSeconds[item]) + 1;
                    minds.turnTo(user, at);
                    responses.fill(user, item, at, minds, world.graph(), chances);
                    double fresh = chances.click();
                    for (int i = 0; i < 8; i++) {
                        minds.view(user, (item + 1 + i) % world.items(), items.topic[item]);
                    }
                    minds.beginVisit(user);
                    minds.turnTo(user, at);
                    responses.fill(user, item, at, minds, world.graph(), chances);
                    double tired = chances.click();
                    minds.turnTo(user, at + 5 * 86_400);
                    responses.fill(user, item, at, minds, world.graph(), chances);
                    double rested = chances.click();
                    assertThat(tired).isLessThan(fresh);
                    assertThat(rested).isGreaterThan(tired).isBetween(.97 * fresh, fresh);
                });
    }

    @Test
    void whatWasSeenOrIsOldOrForeignAppealsLess() {
        World world = World.create(SPEC);
        Responses responses = new Responses(world);
        Items items = world.hiddenItems();
        Chances chances = new Chances();
        Minds minds = new Minds(world.users(), world.items());
        for (int item = 0; item < 300; item++) {
            int user = item;
            int at = Math.max(0, items.postedSeconds[item]) + 1;
            minds.turnTo(user, at);
            responses.fill(user, item, at, minds, world.graph(), chances);
            double now = chances.click();
            responses.fill(user, item, at + 4 * 86_400, minds, world.graph(), chances);
            assertThat(chances.click()).isLessThan(now);
            minds.view(user, item, (items.topic[item] + 1) % Vocabulary.TOPICS.size());
            minds.turnTo(user, at);
            responses.fill(user, item, at, minds, world.graph(), chances);
            assertThat(chances.click()).isLessThan(now);
        }
    }

    @Test
    void noPageIsWorthMoreThanTheOracles() {
        Seeds.forAll(
                4,
                random -> {
                    World world = World.create(SPEC.withSeed(random.nextLong()));
                    Simulation life = new Simulation(world);
                    Policy oracle = new OraclePolicy(life.truth(), 10);
                    List<Policy> policies =
                            List.of(
                                    new RandomPolicy(random.nextLong()),
                                    new PopularityPolicy(world, random.nextLong()),
                                    shuffled(oracle, random.split()));
                    Page best = new Page(10);
                    Page page = new Page(10);
                    for (int i = 0; i < 300 && life.next(); i++) {
                        best.clear();
                        oracle.choose(life.request(), best);
                        double bound = life.truth().utility(best);
                        for (Policy policy : policies) {
                            page.clear();
                            policy.choose(life.request(), page);
                            assertThat(life.truth().utility(page))
                                    .isLessThanOrEqualTo(bound + 1e-6);
                        }
                        life.serve(page, impression -> {});
                    }
                });
    }

    private static Policy shuffled(Policy policy, SplittableRandom random) {
        return (request, page) -> {
            Page inOrder = new Page(request.limit());
            policy.choose(request, inOrder);
            List<Integer> left = new ArrayList<>();
            for (int i = 0; i < inOrder.size(); i++) {
                left.add(inOrder.item(i));
            }
            while (!left.isEmpty()) {
                page.add(left.remove(/* index */ random.nextInt(left.size())));
            }
        };
    }

    @Test
    void whoIsServedWellComesMoreOften() {
        World world = World.create(SPEC);
        Simulation poorly = new Simulation(world);
        Tally poor = poorly.run(new RandomPolicy(1), impression -> {});
        Simulation well = new Simulation(world);
        Tally good = well.run(new OraclePolicy(well.truth(), 10), impression -> {});
        assertThat(good.utilityPerRequest()).isGreaterThan(poor.utilityPerRequest() + .5);
        assertThat(good.visits()).isGreaterThan(poor.visits() * 11 / 10);
        assertThat(good.activeUserDays()).isGreaterThan(poor.activeUserDays());
        assertThat(good.spamImpressions()).isLessThan(poor.spamImpressions() / 10);
    }

    @Test
    void theContentLeaveFarLessOftenThanTheOthers() {
        Habits habits = new Habits(World.create(SPEC).people());
        Noise noise = new Noise(5);
        int[] left = new int[3];
        for (int i = 0; i < 100_000; i++) {
            for (int contentment = -1; contentment <= 1; contentment++) {
                left[contentment + 1] += habits.leaves(contentment, noise) ? 1 : 0;
            }
        }
        assertThat(left[0]).isBetween(1_700, 2_100);
        assertThat(left[1]).isBetween(850, 1_150);
        assertThat(left[2]).isBetween(50, 150);
    }

    @Test
    void nobodyComesBeforeJoiningAndTimeOnlyMovesOn() {
        World world = World.create(SPEC);
        long[] last = {World.START_SECONDS};
        new Simulation(world)
                .run(
                        new RandomPolicy(2),
                        impression -> {
                            assertThat(impression.seconds())
                                    .isGreaterThanOrEqualTo(last[0])
                                    .isGreaterThanOrEqualTo(world.joinedSeconds(impression.user()))
                                    .isLessThan(world.endSeconds());
                            last[0] = impression.seconds();
                        });
    }

    @Test
    void aUserRemembersTheLastItemsViewedAndNoMore() {
        int users = 3;
        Minds minds = new Minds(users, 3_000);
        for (int item = 0; item < 2_000; item++) {
            minds.view(1, item, 0);
        }
        minds.turnTo(1, 10);
        assertThat(minds.isSeen(1, 1_999)).isTrue();
        assertThat(minds.isSeen(1, 2_000 - Request.SEEN_MAX)).isTrue();
        assertThat(minds.isSeen(1, 1_999 - Request.SEEN_MAX)).isFalse();
        minds.turnTo(0, 10);
        assertThat(minds.isSeen(0, 1_999)).isFalse();
    }

    @Test
    void randomPagesCarryTheProbabilityTheyWereDrawnWith() {
        World world = World.create(SPEC);
        Simulation life = new Simulation(world);
        assertThat(life.next()).isTrue();
        Request request = life.request();
        int onOffer = request.endItem() - request.firstItem();
        RandomPolicy policy = new RandomPolicy(9);
        int[] second = new int[onOffer];
        Page page = new Page(10);
        int draws = 60_000;
        for (int i = 0; i < draws; i++) {
            page.clear();
            policy.choose(request, page);
            assertThat(page.propensity(1)).isEqualTo(1.0 / (onOffer - 1));
            second[page.item(1) - request.firstItem()]++;
        }
        double expected = (double) draws / onOffer;
        double chiSquare = 0;
        for (int count : second) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        assertThat(chiSquare).isBetween(onOffer * .75, onOffer * 1.25);
    }

    @Test
    void pagesThatBreakTheRulesAreRefused() {
        World world = World.create(SPEC);
        Simulation life = new Simulation(world);
        Page page = new Page(10);
        assertThatThrownBy(() -> life.serve(page, impression -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(life.next()).isTrue();
        assertThatThrownBy(life::next).isInstanceOf(IllegalStateException.class);
        page.add(life.request().endItem());
        assertThatThrownBy(() -> life.serve(page, impression -> {}))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("is not on offer");
        page.clear();
        page.add(life.request().firstItem());
        page.add(life.request().firstItem());
        assertThatThrownBy(() -> life.serve(page, impression -> {}))
                .hasMessageContaining("is on the page twice");
        assertThatThrownBy(() -> page.add(3, 0)).hasMessageContaining("propensity=0");
    }
}
