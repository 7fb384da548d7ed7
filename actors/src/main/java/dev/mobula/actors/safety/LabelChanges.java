package dev.mobula.actors.safety;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// What became of labels after a position: the owners' change streams, read for whoever subscribes.
///
/// A position is one number for each shard, and outlives every process. An item whose content changed is told of too,
/// with the labels it bears, as is one that is gone, with none: whoever applies the changes in order ends at the owners'
/// state.
public final class LabelChanges {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String ITEMS = "i";
    private static final String ACCOUNTS = "u";

    private final ItemShards items;
    private final UserShards users;

    public LabelChanges(ItemShards items, UserShards users) {
        this.items = items;
        this.users = users;
    }

    /// The labels that hold of a subject by now.
    public record Change(Subject subject, List<GivenLabel> labels) {
        public Change {
            labels = List.copyOf(labels);
        }
    }

    /// Changes, and the position to ask after next.
    ///
    /// @param rebuild there were changes that nobody remembers any more: labels of what is kept must be read anew
    public record Page(List<Change> changes, String next, boolean rebuild) {
        public Page {
            changes = List.copyOf(changes);
        }
    }

    /// Numbers by shard, those of the items first.
    private record Position(long[] ofItems, long[] ofAccounts) {
        static Position parse(String text) {
            String[] parts = text.split("~", -1);
            if (parts.length != 2
                    || !parts[0].startsWith(ITEMS)
                    || !parts[1].startsWith(ACCOUNTS)) {
                throw new IllegalArgumentException("after=" + text + " is no position");
            }
            return new Position(numbers(text, parts[0]), numbers(text, parts[1]));
        }

        private static long[] numbers(String text, String part) {
            try {
                return Arrays.stream(part.substring(1).split("\\.", -1))
                        .mapToLong(Long::parseLong)
                        .toArray();
            } catch (NumberFormatException bad) {
                throw new IllegalArgumentException("after=" + text + " is no position", bad);
            }
        }

        @Override
        public String toString() {
            return ITEMS + joined(ofItems) + "~" + ACCOUNTS + joined(ofAccounts);
        }

        private static String joined(long[] numbers) {
            return Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining("."));
        }
    }

    /// One round over all shards.
    private static final class Round {
        final Map<Subject, List<GivenLabel>> labels = new LinkedHashMap<>();
        final Set<Long> accounts = new LinkedHashSet<>();
        boolean rebuild;
        boolean moved;
    }

    /// The position of now.
    public String now() {
        return new Position(newest(items.shards(), true), newest(users.shards(), false)).toString();
    }

    private long[] newest(List<ServiceRef> shards, boolean ofItems) {
        List<CompletableFuture<Long>> asked =
                shards.stream()
                        .map(
                                shard ->
                                        ofItems
                                                ? items.changesSince(shard, Long.MAX_VALUE, LIMIT)
                                                        .thenApply(LabelChanges::newest)
                                                : users.changesSince(shard, Long.MAX_VALUE, LIMIT)
                                                        .thenApply(LabelChanges::newest))
                        .toList();
        return asked.stream().mapToLong(Answers::await).toArray();
    }

    private static long newest(Changes<?> answer) {
        return switch (answer) {
            case Changes.Page<?>(List<?> _, long next) -> next;
            case Changes.Rebuild<?>(long _, long newest) -> newest;
        };
    }

    /// What changed after a position; waits for something that long when there is nothing yet.
    public Page after(String after, Duration wait) {
        Position at = Position.parse(after);
        if (at.ofItems().length != items.shards().size()
                || at.ofAccounts().length != users.shards().size()) {
            return new Page(List.of(), now(), true); // the shards are others by now
        }
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            Round round = new Round();
            readItems(at.ofItems(), round);
            readAccounts(at.ofAccounts(), round);
            boolean isLate = System.nanoTime() >= deadline;
            if (round.rebuild || !round.labels.isEmpty() || (isLate && !round.moved)) {
                List<Change> changes = new ArrayList<>();
                round.labels.forEach((subject, labels) -> changes.add(new Change(subject, labels)));
                return new Page(changes, at.toString(), round.rebuild);
            }
            if (!round.moved) {
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private void readItems(long[] at, Round round) {
        List<CompletableFuture<Changes<ItemChange>>> asked = new ArrayList<>();
        for (int shard = 0; shard < at.length; shard++) {
            asked.add(items.changesSince(items.shards().get(shard), at[shard], LIMIT));
        }
        for (int shard = 0; shard < at.length; shard++) {
            switch (Answers.await(asked.get(shard))) {
                case Changes.Page<ItemChange>(List<ItemChange> changes, long next) -> {
                    changes.forEach(change -> note(change, round));
                    round.moved |= next != at[shard];
                    at[shard] = next;
                }
                case Changes.Rebuild<ItemChange>(long _, long newest) -> {
                    round.rebuild = true;
                    at[shard] = newest;
                }
            }
        }
    }

    private static void note(ItemChange change, Round round) {
        List<GivenLabel> labels =
                switch (change) {
                    case ItemChange.Stored(long _, Item item) ->
                            item.labels().stream()
                                    .map(label -> Labels.ofItem(item.id(), label))
                                    .toList();
                    case ItemChange.Gone _ -> List.of();
                };
        round.labels.put(Subject.item(change.id()), labels);
    }

    private void readAccounts(long[] at, Round round) {
        List<CompletableFuture<Changes<UserChange>>> asked = new ArrayList<>();
        for (int shard = 0; shard < at.length; shard++) {
            asked.add(users.changesSince(users.shards().get(shard), at[shard], LIMIT));
        }
        for (int shard = 0; shard < at.length; shard++) {
            switch (Answers.await(asked.get(shard))) {
                case Changes.Page<UserChange>(List<UserChange> changes, long next) -> {
                    changes.forEach(change -> note(change.write(), round));
                    round.moved |= next != at[shard];
                    at[shard] = next;
                }
                case Changes.Rebuild<UserChange>(long _, long newest) -> {
                    round.rebuild = true;
                    at[shard] = newest;
                }
            }
        }
        if (!round.accounts.isEmpty()) {
            List<Long> accounts = List.copyOf(round.accounts);
            Answers.await(users.labels(accounts, LIMIT))
                    .forEach(
                            (id, labels) ->
                                    round.labels.put(
                                            Subject.account(id), Labels.ofAccount(id, labels)));
        }
    }

    private static void note(UserWrite write, Round round) {
        switch (write) {
            case UserWrite.Judge _, UserWrite.Unjudge _, UserWrite.Forget _ ->
                    round.accounts.add(write.user());
            case UserWrite.Connect _,
                    UserWrite.Disconnect _,
                    UserWrite.Count _,
                    UserWrite.Prefer _,
                    UserWrite.Happened _,
                    UserWrite.Erased _,
                    UserWrite.BlockedBy _ -> {}
        }
    }
}
