package dev.mobula.training.world;

import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.function.Consumer;

/// One life of a world: users come, ask for pages, look, act, tire, return or leave. For one thread.
///
/// [#run] lives it with one policy. Whoever serves pages elsewhere calls [#next] and [#serve] in turn. All chance
/// comes from the world's seed, the user and the number of that user's request: the same pages get the same answers.
public final class Simulation {
    private static final long LIFE = 6;
    private static final int GLANCE_SECONDS = 2;
    private static final double DWELL_MAX_SECONDS = 3_600;
    private static final int DAY_SECONDS = 86_400;

    private final World world;
    private final Responses responses;
    private final Habits habits;
    private final People people;
    private final Items items;
    private final Follows follows;
    private final Minds minds;
    private final Arrivals arrivals;
    private final Worth worth;
    private final int endSeconds;
    private final long lifeKey;
    private final int[] requestsOf;
    private final int[] activeDay;
    private final float[] visitValue;
    private final boolean[] visiting;
    private final boolean[] followed;
    private final Noise noise = new Noise(0);
    private final Chances chances = new Chances();
    private final Current current = new Current();
    private final Counts counts = new Counts();
    private boolean atRequest;

    public Simulation(World world) {
        this(world, Worth.USUAL);
    }

    public Simulation(World world, Worth worth) {
        this.world = world;
        this.worth = worth;
        people = world.people();
        items = world.hiddenItems();
        responses = new Responses(world);
        habits = new Habits(people);
        follows = world.graph().copy();
        minds = new Minds(people.count, items.count);
        arrivals = new Arrivals(people.count);
        endSeconds = world.spec().days() * DAY_SECONDS;
        lifeKey = Noise.key(world.spec().seed(), LIFE);
        requestsOf = new int[people.count];
        activeDay = new int[people.count];
        visitValue = new float[people.count];
        visiting = new boolean[people.count];
        followed = new boolean[world.spec().pageItems()];
        Arrays.fill(activeDay, -1);
        for (int user = 0; user < people.count; user++) {
            noise.restart(Noise.key(lifeKey, user));
            comeAgain(user, people.joinedSeconds[user]);
        }
    }

    /// Lives on until the end with one policy; everybody who listens hears every impression.
    public Tally run(Policy policy, Consumer<Impression> listener) {
        return runUntil(world.endSeconds(), policy, listener);
    }

    /// Lives on until a moment, and tells what came of this stretch.
    public Tally runUntil(long untilSeconds, Policy policy, Consumer<Impression> listener) {
        Tally before = tally();
        Page page = new Page(world.spec().pageItems());
        Consumer<Impression> both =
                impression -> {
                    policy.observe(impression);
                    listener.accept(impression);
                };
        while (nextSeconds() < untilSeconds && next()) {
            page.clear();
            policy.choose(current, page);
            serve(page, both);
        }
        return tally().since(before);
    }

    /// When the next request will come; the end of time when none will.
    public long nextSeconds() {
        return arrivals.isEmpty() ? Long.MAX_VALUE : World.START_SECONDS + arrivals.seconds();
    }

    /// Moves to the next request; false when the world has ended.
    public boolean next() {
        if (atRequest) {
            throw new IllegalStateException("request " + current.number() + " is not served yet");
        }
        if (arrivals.isEmpty()) {
            return false;
        }
        int user = arrivals.user();
        int at = arrivals.seconds();
        arrivals.remove();
        if (!visiting[user]) {
            visiting[user] = true;
            visitValue[user] = 0;
            minds.beginVisit(user);
            counts.visits++;
        }
        if (activeDay[user] != at / DAY_SECONDS) {
            activeDay[user] = at / DAY_SECONDS;
            counts.activeUserDays++;
        }
        minds.turnTo(user, at);
        current.begin(user, at);
        atRequest = true;
        return true;
    }

    /// The most items of one page.
    public int pageItems() {
        return world.spec().pageItems();
    }

    /// The request that [#next] moved to.
    public Request request() {
        return current;
    }

    /// What only the world knows about that request.
    public Truth truth() {
        return current;
    }

    /// Shows the page to the user of the current request; the listener hears what the user did, item after item.
    public void serve(Page page, Consumer<Impression> listener) {
        if (!atRequest) {
            throw new IllegalStateException("there is no request to serve: call next() first");
        }
        check(page);
        atRequest = false;
        int user = current.user;
        counts.requests++;
        counts.trueUtility += current.utility(page);
        noise.restart(Noise.key(Noise.key(lifeKey, user), ++requestsOf[user]));
        double value = 0;
        double seconds = GLANCE_SECONDS;
        int viewed = 0;
        while (viewed < page.size() && (viewed == 0 || noise.chance(people.patience[user]))) {
            Impression impression = answer(page, viewed++);
            counts.add(impression, items.isSpam(impression.item()), worth);
            value += impression.value(worth);
            seconds += GLANCE_SECONDS + impression.dwellSeconds();
            followed[impression.position()] = impression.follow();
            listener.accept(impression);
        }
        for (int i = 0; i < viewed; i++) {
            leaveTrace(user, page.item(i), followed[i]);
        }
        visitValue[user] += (float) value;
        goOn(user, current.atSeconds + (int) seconds, value);
    }

    /// Only when the page is over, so that its items were all judged by the same user.
    private void leaveTrace(int user, int item, boolean follow) {
        minds.view(user, item, items.topic[item]);
        if (follow) {
            follows.add(user, items.author[item]);
        }
    }

    private void check(Page page) {
        if (page.size() > followed.length) {
            throw TrainingException.invalid(
                    "page.size", page.size(), "must be at most " + followed.length);
        }
        for (int i = 0; i < page.size(); i++) {
            int item = page.item(i);
            if (item < current.firstItem() || item >= current.endItem()) {
                throw TrainingException.invalid(
                        "item",
                        item,
                        "is not on offer: " + current.firstItem() + ".." + (current.endItem() - 1));
            }
            for (int j = 0; j < i; j++) {
                if (page.item(j) == item) {
                    throw TrainingException.invalid("item", item, "is on the page twice");
                }
            }
        }
    }

    private Impression answer(Page page, int position) {
        int item = page.item(position);
        current.chances(item, chances);
        boolean click = noise.chance(chances.click);
        double dwell = 0;
        boolean like = false;
        boolean reply = false;
        boolean follow = false;
        if (click) {
            double spread = Responses.DWELL_DEVIATION;
            double luck = StrictMath.exp(spread * noise.gaussian() - spread * spread / 2);
            dwell = Math.min(DWELL_MAX_SECONDS, chances.dwellSeconds * luck);
            like = noise.chance(chances.likeOfClick);
            reply = noise.chance(chances.replyOfClick);
            follow = noise.chance(chances.followOfClick);
        }
        return new Impression(
                current.number(),
                current.user,
                item,
                current.seconds(),
                position,
                page.propensity(position),
                click,
                (float) dwell,
                like,
                reply,
                follow,
                noise.chance(chances.hide),
                noise.chance(chances.report));
    }

    private void goOn(int user, int atSeconds, double pageValue) {
        if (habits.asksForMore(pageValue, minds.viewedThisVisit(user), noise)) {
            if (atSeconds < endSeconds) {
                arrivals.add(user, atSeconds);
            }
            return;
        }
        visiting[user] = false;
        minds.remember(user, Habits.delight(visitValue[user]));
        if (habits.leaves(minds.contentment(user), noise)) {
            counts.left++;
        } else {
            comeAgain(user, atSeconds);
        }
    }

    private void comeAgain(int user, int fromSeconds) {
        double contentment = minds.contentment(user);
        int at = habits.nextVisit(user, fromSeconds, contentment, endSeconds, noise);
        if (at < endSeconds) {
            arrivals.add(user, at);
        }
    }

    /// What has come of it since the beginning.
    public Tally tally() {
        return counts.tally();
    }

    /// The request in hand, for policies and for the truth.
    private final class Current implements Request, Truth {
        private int user;
        private int atSeconds;
        private long number;
        private int firstItem;
        private int endItem;

        void begin(int newUser, int newSeconds) {
            user = newUser;
            atSeconds = newSeconds;
            number = counts.requests;
            firstItem = world.firstItem(seconds());
            endItem = world.endItem(seconds());
        }

        @Override
        public int user() {
            return user;
        }

        @Override
        public long seconds() {
            return World.START_SECONDS + atSeconds;
        }

        @Override
        public long number() {
            return number;
        }

        @Override
        public int limit() {
            return world.spec().pageItems();
        }

        @Override
        public int firstItem() {
            return firstItem;
        }

        @Override
        public int endItem() {
            return endItem;
        }

        @Override
        public boolean isSeen(int item) {
            return minds.isSeen(user, item);
        }

        @Override
        public void chances(int item, Chances into) {
            responses.fill(user, item, atSeconds, minds, follows, into);
        }

        @Override
        public double utility(int item) {
            chances(item, chances);
            return chances.utility(worth);
        }

        @Override
        public double viewed(int position) {
            return responses.viewed(user, position);
        }

        @Override
        public double utility(Page page) {
            double sum = 0;
            for (int i = 0; i < page.size(); i++) {
                sum += viewed(i) * utility(page.item(i));
            }
            return sum;
        }

        @Override
        public boolean isSpam(int item) {
            return items.isSpam(item);
        }
    }

    private static final class Counts {
        private long visits;
        private long requests;
        private long impressions;
        private long actions;
        private long clicks;
        private long hides;
        private long reports;
        private long spamImpressions;
        private double trueUtility;
        private double value;
        private long left;
        private long activeUserDays;

        void add(Impression impression, boolean spam, Worth worth) {
            impressions++;
            actions += impression.actions();
            clicks += impression.click() ? 1 : 0;
            hides += impression.hide() ? 1 : 0;
            reports += impression.report() ? 1 : 0;
            spamImpressions += spam ? 1 : 0;
            value += impression.value(worth);
        }

        Tally tally() {
            return new Tally(
                    visits,
                    requests,
                    impressions,
                    actions,
                    clicks,
                    hides,
                    reports,
                    spamImpressions,
                    trueUtility,
                    value,
                    left,
                    activeUserDays);
        }
    }
}
