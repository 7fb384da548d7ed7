package dev.mobula.cluster.demo;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.training.world.Impression;
import dev.mobula.training.world.Page;
import dev.mobula.training.world.Request;
import dev.mobula.training.world.Simulation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One thread, one request after the other: a slow engine slows the traffic down, and nothing piles up. The world's time
 * is that of its next request, so days pass as fast as the rate lets them. What is posted is written to the item shards
 * and what has left the shelf is deleted there, in batches of at most WRITES_MAX; items that were clicked are written
 * again with their new counts once enough have changed. What a user views, clicks, likes, hides and reports is sent to the
 * users' shards under the page's name, as any other client would send it.
 */
/// The users of the simulated world, asking the running engine for pages at a bounded rate.
final class Traffic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
    private static final int WRITES_MAX = 200;
    private static final long STOP_SECONDS = 10;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 500;

    private final DemoWorld world;
    private final Feed feed;
    private final ItemShards shards;
    private final UserShards users;
    private final InstantSource clock;
    private final long pauseMicros;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong unheard = new AtomicLong();
    private final Map<String, Worth> worths = new ConcurrentHashMap<>();
    private final Set<Integer> clicked = new LinkedHashSet<>();
    private final List<UserEvent> done = new ArrayList<>();
    private final Thread thread;
    private volatile SpamViews spamViews = SpamViews.NONE;
    private int firstItem;
    private int endItem;

    /// What the pages of one model are truly worth to the world's users.
    ///
    /// @param mean of all its pages so far
    record Worth(long pages, double mean) {
        Worth and(double page) {
            return new Worth(pages + 1, mean + (page - mean) / (pages + 1));
        }
    }

    private Traffic(
            DemoWorld world,
            Feed feed,
            ItemShards shards,
            UserShards users,
            InstantSource clock,
            int perSecond) {
        this.world = world;
        this.feed = feed;
        this.shards = shards;
        this.users = users;
        this.clock = clock;
        pauseMicros = 1_000_000L / perSecond;
        firstItem = world.firstItem();
        endItem = world.endItem();
        thread = Thread.ofPlatform().name("demo-traffic").daemon().unstarted(this::run);
    }

    /// Starts it; from now on the world belongs to its thread.
    static Traffic start(
            DemoWorld world,
            Feed feed,
            ItemShards shards,
            UserShards users,
            InstantSource clock,
            int perSecond) {
        Traffic traffic = new Traffic(world, feed, shards, users, clock, perSecond);
        traffic.thread.start();
        return traffic;
    }

    /// Pages served so far.
    long served() {
        return served.get();
    }

    /// What was viewed so far, since the world began.
    SpamViews spamViews() {
        return spamViews;
    }

    /// Pages that could not be had.
    long failed() {
        return failed.get();
    }

    /// Events that no shard took.
    long unheard() {
        return unheard.get();
    }

    /// By model, over all pages that it ranked.
    Map<String, Worth> worths() {
        return Map.copyOf(worths);
    }

    private void run() {
        Simulation life = world.life();
        Page page = new Page(life.pageItems());
        try {
            while (!stopping.await(pauseMicros, TimeUnit.MICROSECONDS) && life.next()) {
                page.clear();
                Optional<FeedPage> answer = ask(life.request(), page);
                answer.ifPresent(
                        served -> {
                            double worth = life.truth().utility(page);
                            worths.merge(
                                    served.model(),
                                    new Worth(1, worth),
                                    (before, one) -> before.and(worth));
                        });
                life.serve(page, seen -> observe(seen, answer));
                spamViews =
                        new SpamViews(life.tally().impressions(), life.tally().spamImpressions());
                report();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            LOG.error("the simulated traffic has ended", broken);
        }
    }

    /// A request that fails shows the user an empty page.
    private Optional<FeedPage> ask(Request request, Page page) throws InterruptedException {
        try {
            follow(request);
            long user = DemoWorld.idOf(request.user());
            FeedPage answer = feed.page(FeedRequest.of(user, request.limit()));
            for (FeedPage.Entry entry : answer.items()) {
                if (DemoWorld.isOnOffer(entry.id(), request)) {
                    page.add(DemoWorld.numberOf(entry.id()), entry.propensity());
                }
            }
            served.incrementAndGet();
            return Optional.of(answer);
        } catch (CallException | CompletionException refused) {
            failed.incrementAndGet();
            LOG.info("a simulated user got no page: {}", refused.getMessage());
            stopping.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            return Optional.empty();
        }
    }

    /// Brings the item shards up to the world's time.
    private void follow(Request request) {
        List<Item> changed = new ArrayList<>();
        long now = clock.millis();
        while (endItem < request.endItem() && changed.size() < WRITES_MAX) {
            changed.add(world.stored(endItem++, now));
        }
        if (clicked.size() >= WRITES_MAX / 4) {
            for (int item : clicked) {
                if (item >= request.firstItem()) {
                    changed.add(world.stored(item, now));
                }
            }
            clicked.clear();
        }
        if (!changed.isEmpty()) {
            shards.edit(changed).join(); // labels given meanwhile stay
        }
        int gone = Math.min(WRITES_MAX, request.firstItem() - firstItem);
        if (gone > 0) {
            long[] ids = new long[gone];
            for (int i = 0; i < gone; i++) {
                ids[i] = DemoWorld.idOf(firstItem++);
            }
            shards.delete(ids).join();
        }
    }

    private void observe(Impression impression, Optional<FeedPage> page) {
        world.count(impression);
        if (impression.click()) {
            clicked.add(impression.item());
        }
        page.ifPresent(
                answer -> {
                    add(impression, answer, "view", true);
                    add(impression, answer, "click", impression.click());
                    add(impression, answer, "like", impression.like());
                    add(impression, answer, "hide", impression.hide());
                    add(impression, answer, "report", impression.report());
                });
    }

    private void add(Impression impression, FeedPage page, String kind, boolean happened) {
        if (!happened) {
            return;
        }
        long item = DemoWorld.idOf(impression.item());
        done.add(
                new UserEvent(
                        page.requestId() + "-" + item + "-" + kind,
                        page.user(),
                        item,
                        kind,
                        clock.millis(),
                        Optional.of(page.requestId()),
                        page.surface(),
                        1));
    }

    /// Sends what the user did on the last page.
    private void report() {
        if (!done.isEmpty()) {
            for (EventOutcome outcome : users.record(done).join()) {
                if (!outcome.isStored()) {
                    unheard.incrementAndGet();
                    LOG.info("an event was not taken: {}", outcome);
                }
            }
            done.clear();
        }
    }

    /// Ends it after the request it is in.
    @Override
    public void close() {
        stopping.countDown();
        try {
            if (!thread.join(Duration.ofSeconds(STOP_SECONDS))) {
                LOG.warn("the simulated traffic did not end within {} s", STOP_SECONDS);
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
