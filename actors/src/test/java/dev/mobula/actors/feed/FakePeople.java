package dev.mobula.actors.feed;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Users' state in memory, which can be away.
final class FakePeople implements People {
    private final Map<Long, Person> people = new HashMap<>();
    private final Map<Long, Set<Long>> seen = new HashMap<>();
    private final Map<Long, Set<Long>> hidden = new HashMap<>();
    private final Map<Long, Set<Long>> blocked = new HashMap<>();
    private final Map<String, Set<Long>> served = new HashMap<>();
    private final Set<Long> labelled = new HashSet<>();
    private boolean away;

    synchronized void away(boolean isAway) {
        away = isAway;
    }

    synchronized void put(Person person) {
        people.put(person.user(), person);
    }

    synchronized void likes(long user, long item, long atMillis) {
        Person before = people.getOrDefault(user, Person.unknown(user));
        List<Person.Event> events = new ArrayList<>();
        events.add(new Person.Event(item, "like", 1, atMillis));
        events.addAll(before.events());
        people.put(
                user,
                new Person(
                        user,
                        events,
                        before.follows(),
                        before.topics(),
                        before.languages(),
                        before.chosenItems(),
                        before.wishes(),
                        before.attributes()));
    }

    synchronized void sees(long user, long item) {
        seen.computeIfAbsent(user, key -> new HashSet<>()).add(item);
    }

    synchronized void hides(long user, long item) {
        hidden.computeIfAbsent(user, key -> new HashSet<>()).add(item);
    }

    synchronized void blocks(long user, long author) {
        blocked.computeIfAbsent(user, key -> new HashSet<>()).add(author);
    }

    synchronized void label(long author) {
        labelled.add(author);
    }

    synchronized int servedPages() {
        return served.size();
    }

    private void requireHere() {
        if (away) {
            throw new CallException(Failure.UNAVAILABLE, "the users' shard is away");
        }
    }

    private static <T> CompletableFuture<T> answer(Supplier<T> work) {
        try {
            return CompletableFuture.completedFuture(work.get());
        } catch (CallException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    @Override
    public synchronized CompletableFuture<Person> view(long user, Duration limit) {
        return answer(
                () -> {
                    requireHere();
                    return people.getOrDefault(user, Person.unknown(user));
                });
    }

    @Override
    public synchronized CompletableFuture<List<Verdict>> check(
            long user, long[] items, long[] authors, String session, Duration limit) {
        return answer(
                () -> {
                    requireHere();
                    List<Verdict> all = new ArrayList<>();
                    for (int i = 0; i < items.length; i++) {
                        all.add(verdict(user, items[i], authors[i], session));
                    }
                    return all;
                });
    }

    private Verdict verdict(long user, long item, long author, String session) {
        if (hidden.getOrDefault(user, Set.of()).contains(item)) {
            return Verdict.HIDDEN;
        }
        if (blocked.getOrDefault(user, Set.of()).contains(author)) {
            return Verdict.BLOCKED;
        }
        if (seen.getOrDefault(user, Set.of()).contains(item)) {
            return Verdict.SEEN;
        }
        return served.getOrDefault(user + "/" + session, Set.of()).contains(item)
                ? Verdict.SERVED
                : Verdict.ALLOWED;
    }

    @Override
    public synchronized CompletableFuture<Map<Long, List<Held>>> labels(
            long[] authors, Duration limit) {
        Held spam = new Held("spam", "test", 1, 0, Long.MAX_VALUE);
        Map<Long, List<Held>> held = new HashMap<>();
        for (long author : authors) {
            held.put(author, labelled.contains(author) ? List.of(spam) : List.of());
        }
        return CompletableFuture.completedFuture(held);
    }

    @Override
    public synchronized CompletableFuture<Void> served(
            long user, String session, long[] items, Duration limit) {
        return answer(
                () -> {
                    requireHere();
                    Set<Long> all =
                            served.computeIfAbsent(user + "/" + session, key -> new HashSet<>());
                    for (long item : items) {
                        all.add(item);
                    }
                    return null;
                });
    }
}
