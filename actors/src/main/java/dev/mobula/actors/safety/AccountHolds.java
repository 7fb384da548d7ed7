package dev.mobula.actors.safety;

import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// What holds of accounts, asked of each one's owner so that one that does not answer says nothing of the others'.
public final class AccountHolds {
    private static final int ACCOUNTS_PER_CALL = 1_000;

    private final UserShards users;

    public AccountHolds(UserShards users) {
        this.users = users;
    }

    /// The labels that hold, by account; one whose owner does not answer in time is absent. It does not fail.
    public CompletableFuture<Map<Long, List<Held>>> of(long[] accounts, Duration limit) {
        Map<Integer, List<Long>> byOwner =
                Arrays.stream(accounts)
                        .boxed()
                        .collect(
                                Collectors.groupingBy(
                                        account ->
                                                ShardLayout.shardOf(
                                                        account, users.shards().size())));
        List<CompletableFuture<Map<Long, List<Held>>>> asked = new ArrayList<>();
        for (List<Long> owned : byOwner.values()) {
            for (int from = 0; from < owned.size(); from += ACCOUNTS_PER_CALL) {
                int to = Math.min(owned.size(), from + ACCOUNTS_PER_CALL);
                asked.add(held(owned.subList(from, to), limit));
            }
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        done -> {
                            Map<Long, List<Held>> all = new HashMap<>();
                            asked.forEach(answer -> all.putAll(answer.join()));
                            return all;
                        });
    }

    private CompletableFuture<Map<Long, List<Held>>> held(List<Long> accounts, Duration limit) {
        return users.labels(accounts, limit)
                .handle(
                        (found, failed) -> {
                            Map<Long, List<Held>> held = new HashMap<>();
                            if (failed == null) {
                                found.forEach((one, all) -> held.put(one, HeldLabels.of(all)));
                            }
                            return held;
                        });
    }
}
