package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/*
 * Writers forbid what was just shown, and allow it again: events, hides, blocks both ways, mutes, deletions, withholding,
 * labels of items and of authors' accounts, while authors write their items anew.
 * What is forbidden is written down after its write was acknowledged, and struck out before it is allowed again, each time
 * under a new stamp. A requester notes the stamps before its request begins: whatever is on the page under a stamp that
 * stood before and still stands afterwards was forbidden all the while.
 */
/// Requests and writes at random, side by side, with an oracle of what must not be shown.
final class RandomTraffic {
    private static final int WRITERS = 2;
    private static final int REQUESTERS = 8;

    // A page that is served is a write to disk; one that is only looked at is checked alike.
    private static final int LOOKS_PER_SESSION = 9;
    private static final int RECENT = 256;
    private static final int PAGES_OF_SESSION = 4;
    private static final String LABELLED_ITEM = "labelled item:";

    private final Feed feed;
    private final ItemShards items;
    private final UserShards users;
    private final Labels labels;
    private final LongFunction<Item> item;
    private final int usersCount;
    private final int limit;
    private final Map<String, Long> forbidden = new ConcurrentHashMap<>();
    private final AtomicLong stamps = new AtomicLong();
    private final AtomicReferenceArray<Shown> recent = new AtomicReferenceArray<>(RECENT);
    private final AtomicInteger requestsLeft;
    private final AtomicLong shown = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final Object[] locks = Stream.generate(Object::new).limit(64).toArray();
    private volatile boolean over;

    private record Shown(long user, long item, long author) {}

    RandomTraffic(
            Feed feed,
            ItemShards items,
            UserShards users,
            LongFunction<Item> item,
            int usersCount,
            int requests,
            int limit) {
        this.feed = feed;
        this.items = items;
        this.users = users;
        labels = new Labels(items, users, InstantSource.system());
        this.item = item;
        this.usersCount = usersCount;
        this.limit = limit;
        requestsLeft = new AtomicInteger(requests);
    }

    /// Runs all requests; fails when one showed what it must not. Gives how many items were shown and how much was written.
    long[] run(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + REQUESTERS)) {
            List<Future<?>> requesters = new ArrayList<>();
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < REQUESTERS; i++) {
                SplittableRandom own = random.split();
                requesters.add(threads.submit(asking(own)));
            }
            for (int i = 0; i < WRITERS; i++) {
                SplittableRandom own = random.split();
                writers.add(threads.submit(writing(own)));
            }
            try {
                for (Future<?> requester : requesters) {
                    requester.get();
                }
            } finally {
                over = true; // before the executor waits for its threads
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        return new long[] {shown.get(), writes.get()};
    }

    private Callable<Void> asking(SplittableRandom random) {
        return () -> {
            try {
                while (requestsLeft.get() > 0) {
                    session(1 + random.nextInt(usersCount), random);
                }
            } finally {
                requestsLeft.set(0);
            }
            return null;
        };
    }

    private void session(long user, SplittableRandom random) {
        Set<Long> served = new HashSet<>();
        String cursor = "";
        boolean looks = random.nextInt(1 + LOOKS_PER_SESSION) > 0;
        for (int i = looks ? 1 : 1 + random.nextInt(PAGES_OF_SESSION); i > 0; i--) {
            if (requestsLeft.getAndDecrement() <= 0) {
                return;
            }
            Map<String, Long> before = new HashMap<>(forbidden);
            FeedRequest request = FeedRequest.of(user, limit).withCursor(cursor);
            FeedPage page = feed.page(looks ? request.asDebug() : request);
            for (FeedPage.Entry entry : page.items()) {
                for (String key : keys(user, entry)) {
                    Long stamp = before.get(key);
                    assertThat(stamp == null || !stamp.equals(forbidden.get(key)))
                            .as("user %d was shown %s despite %s", user, entry.id(), key)
                            .isTrue();
                }
                assertThat(served.add(entry.id())).as("%d twice", entry.id()).isTrue();
                shown.incrementAndGet();
                recent.set(random.nextInt(RECENT), new Shown(user, entry.id(), entry.author()));
            }
            cursor = page.cursor();
            if (cursor.isEmpty()) {
                return;
            }
        }
    }

    private static List<String> keys(long user, FeedPage.Entry entry) {
        return List.of(
                "item " + entry.id(),
                "labelled " + Subject.item(entry.id()),
                "labelled " + Subject.account(entry.author()),
                "seen " + user + " " + entry.id(),
                "hide " + user + " " + entry.id(),
                "block " + user + " " + entry.author(),
                "block " + entry.author() + " " + user,
                "mute " + user + " " + entry.author());
    }

    private Callable<Void> writing(SplittableRandom random) {
        return () -> {
            while (!over) {
                Shown target = recent.get(random.nextInt(RECENT));
                if (target == null) {
                    Thread.onSpinWait();
                    continue;
                }
                write(target, random);
                writes.incrementAndGet();
            }
            return null;
        };
    }

    private void write(Shown target, SplittableRandom random) {
        long user = target.user();
        long id = target.item();
        switch (random.nextInt(10)) {
            case 0 -> see(user, id);
            case 1 -> alone("item " + id, () -> delete(id));
            case 2 -> alone("item " + id, () -> withhold(id));
            case 7 -> label(Subject.item(id));
            case 8 -> label(Subject.account(target.author()));
            case 9 -> alone("item " + id, () -> rewrite(id));
            case 3 -> edge(user, EdgeKind.HIDE, id, "hide " + user + " " + id);
            case 4 ->
                    edge(
                            user,
                            EdgeKind.BLOCK,
                            target.author(),
                            "block " + user + " " + target.author());
            case 5 ->
                    edge(
                            target.author(),
                            EdgeKind.BLOCK,
                            user,
                            "block " + target.author() + " " + user);
            default ->
                    edge(
                            user,
                            EdgeKind.MUTE,
                            target.author(),
                            "mute " + user + " " + target.author());
        }
        allowSomething(random);
    }

    /// Writers of one key take turns, so that the oracle's word comes in the order of the writes.
    private void alone(String key, Runnable write) {
        synchronized (locks[Math.floorMod(key.hashCode(), locks.length)]) {
            write.run();
        }
    }

    private void delete(long id) {
        items.delete(id).join();
        forbidden.remove("labelled " + Subject.item(id)); // its labels are gone with it
        forbid("item " + id);
    }

    private void withhold(long id) {
        items.edit(List.of(item.apply(id).withState(ItemState.WITHHELD))).join();
        forbid("item " + id);
    }

    /// An author writes an item anew, unless it is deleted or withheld; labels stay on it.
    private void rewrite(long id) {
        if (!forbidden.containsKey("item " + id)) {
            items.edit(List.of(item.apply(id))).join();
        }
    }

    /// A deleted item takes no label.
    private void label(Subject subject) {
        String key = "labelled " + subject;
        String exists = "item " + subject.id();
        alone(
                subject.kind() == Subject.Kind.ITEM ? exists : key,
                () -> {
                    boolean isGone =
                            subject.kind() == Subject.Kind.ITEM && forbidden.containsKey(exists);
                    if (!isGone) {
                        labels.give(List.of(GivenLabel.of(subject, "spam", "review"))).join();
                        forbid(key);
                    }
                });
    }

    private void forbid(String key) {
        forbidden.put(key, stamps.incrementAndGet());
    }

    private void see(long user, long id) {
        UserEvent event =
                UserEvent.of(
                        "e" + stamps.incrementAndGet(),
                        user,
                        id,
                        "view",
                        System.currentTimeMillis());
        EventOutcome outcome = users.record(List.of(event)).join().getFirst();
        assertThat(outcome.status()).isEqualTo(EventOutcome.Status.STORED);
        forbid("seen " + user + " " + id);
    }

    private void edge(long from, EdgeKind kind, long to, String key) {
        alone(
                key,
                () -> {
                    users.write(List.of(new UserWrite.Connect(from, kind, to, 1))).join();
                    forbid(key);
                });
    }

    /// Now and then one of what is forbidden is allowed again, so that there is always enough to show.
    private void allowSomething(SplittableRandom random) {
        int nth = random.nextInt(1 + forbidden.size());
        String key = forbidden.keySet().stream().skip(nth).findFirst().orElse("");
        if (!key.isEmpty() && !key.startsWith("seen")) {
            alone(
                    key.startsWith(LABELLED_ITEM)
                            ? "item " + key.substring(LABELLED_ITEM.length())
                            : key,
                    () -> allow(key));
        }
    }

    private void allow(String key) {
        if (forbidden.remove(key) == null) {
            return;
        }
        String[] words = key.split(" ", -1);
        if (words[0].equals("labelled")) {
            Subject subject = Subject.parse(words[1]);
            labels.take(List.of(GivenLabel.of(subject, "spam", "review"))).join();
            return;
        }
        long from = Long.parseLong(words[1]);
        switch (words[0]) {
            case "item" -> items.edit(List.of(item.apply(from))).join();
            case "hide" -> disconnect(from, EdgeKind.HIDE, words[2]);
            case "block" -> disconnect(from, EdgeKind.BLOCK, words[2]);
            default -> disconnect(from, EdgeKind.MUTE, words[2]);
        }
    }

    private void disconnect(long from, EdgeKind kind, String to) {
        users.write(List.of(new UserWrite.Disconnect(from, kind, Long.parseLong(to)))).join();
    }
}
