package dev.mobula.actors.feed;

import dev.mobula.actors.safety.AccountHolds;
import dev.mobula.actors.users.UserShards;
import dev.mobula.actors.users.UserView;
import dev.mobula.actors.users.Verdicts;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.retrieval.store.PastEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Users' state as their shards have it.
public final class UserPeople implements People {
    // Such an event's item is an account.
    private static final String FOLLOW = "follow";

    private final UserShards users;
    private final AccountHolds holds;

    public UserPeople(UserShards users) {
        this.users = users;
        holds = new AccountHolds(users);
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
        return new Person(
                view.user(),
                events,
                view.follows(),
                view.preferences().topics(),
                view.preferences().languages(),
                view.preferences().chosenItems(),
                view.preferences().labelSettings(),
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

    @Override
    public CompletableFuture<Map<Long, List<Held>>> labels(long[] authors, Duration limit) {
        return holds.of(authors, limit);
    }

    @Override
    public CompletableFuture<Void> served(long user, String session, long[] items, Duration limit) {
        return users.served(user, session, items, limit);
    }
}
