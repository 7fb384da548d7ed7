package dev.mobula.actors.feed;

import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.actors.users.UserView;
import dev.mobula.actors.users.Verdicts;
import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.PastEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// Users' state as their shards have it.
public final class UserPeople implements People {
    private static final String HIDE = "hide";

    // Such an event's item is an account.
    private static final String FOLLOW = "follow";

    private final UserShards users;

    public UserPeople(UserShards users) {
        this.users = users;
    }

    @Override
    public CompletableFuture<Person> view(long user, Duration limit) {
        return users.view(user, limit).thenApply(UserPeople::person);
    }

    private static Person person(UserView view) {
        List<Person.Event> events =
                view.events().stream()
                        .filter(event -> !event.kind().equals(FOLLOW))
                        .map(UserPeople::event)
                        .toList();
        Set<String> hiddenLabels =
                view.preferences().labelSettings().entrySet().stream()
                        .filter(setting -> setting.getValue().equals(HIDE))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        return new Person(
                view.user(),
                events,
                view.follows(),
                view.preferences().topics(),
                view.preferences().languages(),
                view.preferences().chosenItems(),
                hiddenLabels,
                view.preferences().attributes());
    }

    private static Person.Event event(PastEvent event) {
        return new Person.Event(event.item(), event.kind(), event.weight(), event.atMillis());
    }

    @Override
    public CompletableFuture<List<Verdict>> check(
            long user, long[] items, long[] authors, String session, Duration limit) {
        return users.check(user, items, authors, Optional.of(session), limit)
                .thenApply(UserPeople::ours);
    }

    private static List<Verdict> ours(Verdicts verdicts) {
        return verdicts.all().stream().map(UserPeople::ours).toList();
    }

    private static Verdict ours(dev.mobula.retrieval.store.Verdict verdict) {
        return switch (verdict) {
            case ALLOWED -> Verdict.ALLOWED;
            case SEEN -> Verdict.SEEN;
            case SERVED -> Verdict.SERVED;
            case HIDDEN -> Verdict.HIDDEN;
            case BLOCKED, BLOCKED_BY -> Verdict.BLOCKED;
            case MUTED -> Verdict.MUTED;
        };
    }

    /// One call to each of the authors' shards; one that does not answer says nothing of the others' authors.
    @Override
    public CompletableFuture<Map<Long, Verdict>> refusals(
            long user, long[] authors, Set<String> labels, Duration limit) {
        Map<Integer, List<Long>> byOwner =
                Arrays.stream(authors)
                        .boxed()
                        .collect(
                                Collectors.groupingBy(
                                        author ->
                                                ShardLayout.shardOf(
                                                        author, users.shards().size())));
        List<CompletableFuture<Map<Long, Verdict>>> asked =
                byOwner.values().stream().map(owned -> refused(owned, labels, limit)).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        done -> {
                            Map<Long, Verdict> all = new HashMap<>();
                            asked.forEach(answer -> all.putAll(answer.join()));
                            return all;
                        });
    }

    private CompletableFuture<Map<Long, Verdict>> refused(
            List<Long> authors, Set<String> labels, Duration limit) {
        return users.labels(authors, limit)
                .handle(
                        (found, failed) -> {
                            Map<Long, Verdict> out = new HashMap<>();
                            for (long author : authors) {
                                if (failed != null) {
                                    out.put(author, Verdict.UNCONFIRMED);
                                } else if (found.getOrDefault(author, List.of()).stream()
                                        .anyMatch(label -> isOneOf(labels, label))) {
                                    out.put(author, Verdict.LABELLED);
                                }
                            }
                            return out;
                        });
    }

    private static boolean isOneOf(Set<String> labels, AccountLabel label) {
        return labels.contains(label.name()) || labels.contains(label.value());
    }

    @Override
    public CompletableFuture<Void> served(long user, String session, long[] items, Duration limit) {
        return users.served(user, session, items, limit);
    }
}
