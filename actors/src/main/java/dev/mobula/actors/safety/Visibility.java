package dev.mobula.actors.safety;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.safety.VisibilityPolicy;
import dev.mobula.ranking.safety.VisibilityPolicy.Decision;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.ranking.safety.VisibilityPolicy.Surface;
import dev.mobula.retrieval.store.ItemStanding;
import dev.mobula.retrieval.store.ItemState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// What may be shown of some items, by the word of their owners and their authors' owners.
public final class Visibility {
    private final VisibilityPolicy policy;
    private final ItemShards items;
    private final AccountHolds holds;
    private final InstantSource clock;

    public Visibility(
            VisibilityPolicy policy, ItemShards items, UserShards users, InstantSource clock) {
        this.policy = policy;
        this.items = items;
        this.holds = new AccountHolds(users);
        this.clock = clock;
    }

    /// An item that is there and not withheld, and what its labels and its author's mean.
    public record Standing(ItemStanding item, Decision decision) {
        /// The topics it is labelled with.
        public List<String> topics() {
            return Topics.of(item.labels());
        }
    }

    /// What is decided about each item, by id. One that is not stored, that is withheld, or of which an owner does not
    /// answer in time is absent: it is not to be shown.
    ///
    /// @param wishes the viewer's, by label
    public CompletableFuture<Map<Long, Standing>> of(
            long[] ids, Surface surface, Map<String, String> wishes, Duration limit) {
        return known(ids, limit).thenApply(known -> known.decided(surface, wishes));
    }

    /// The same before a viewer is known, so that the owners are asked once for any number of viewers.
    public CompletableFuture<Known> known(long[] ids, Duration limit) {
        return standings(ids, limit)
                .thenCompose(
                        found -> {
                            long[] authors =
                                    found.stream()
                                            .mapToLong(ItemStanding::authorId)
                                            .distinct()
                                            .toArray();
                            return holds.of(authors, limit).thenApply(held -> known(found, held));
                        });
    }

    private CompletableFuture<List<ItemStanding>> standings(long[] ids, Duration limit) {
        List<CompletableFuture<List<ItemStanding>>> parts = new ArrayList<>();
        items.layout()
                .byOwner(Arrays.stream(ids).boxed().distinct().toList(), Long::longValue)
                .forEach(
                        (owner, owned) ->
                                parts.add(
                                        items.standings(
                                                        owned.stream()
                                                                .mapToLong(Long::longValue)
                                                                .toArray(),
                                                        limit)
                                                .exceptionally(away -> List.of())));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    private Known known(List<ItemStanding> found, Map<Long, List<Held>> ofAuthors) {
        Map<Long, Labelled> items = new HashMap<>();
        for (ItemStanding item : found) {
            List<Held> ofAuthor = ofAuthors.get(item.authorId());
            if (item.state() == ItemState.VISIBLE && ofAuthor != null) {
                List<Held> all = new ArrayList<>(ofAuthor);
                item.labels().forEach(label -> all.add(HeldLabels.of(label)));
                items.put(item.id(), new Labelled(item, all));
            }
        }
        return new Known(items);
    }

    private record Labelled(ItemStanding item, List<Held> labels) {}

    /// Items that are there and not withheld, with what they and their authors are labelled with.
    public final class Known {
        private final Map<Long, Labelled> items;

        private Known(Map<Long, Labelled> items) {
            this.items = items;
        }

        /// What that means for a viewer; nothing for an item that is not to be shown to anybody.
        public Optional<Standing> of(long id, Surface surface, Map<String, String> wishes) {
            return Optional.ofNullable(items.get(id)).map(one -> decided(one, surface, wishes));
        }

        private Map<Long, Standing> decided(Surface surface, Map<String, String> wishes) {
            Map<Long, Standing> decided = new HashMap<>();
            items.forEach((id, one) -> decided.put(id, decided(one, surface, wishes)));
            return decided;
        }

        private Standing decided(Labelled one, Surface surface, Map<String, String> wishes) {
            return new Standing(
                    one.item(), policy.decide(one.labels(), surface, wishes, clock.millis()));
        }
    }
}
