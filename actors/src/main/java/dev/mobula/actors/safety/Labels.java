package dev.mobula.actors.safety;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.ItemStanding;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.store.Label;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Labels of items and of accounts: given, taken back, and read.
///
/// It keeps none itself: an item's are in the item's shard and an account's in the user's, and what is acknowledged is on
/// the owner's disk. Whatever is shown after that is checked against it.
public final class Labels {
    private final ItemShards items;
    private final UserShards users;
    private final InstantSource clock;

    public Labels(ItemShards items, UserShards users, InstantSource clock) {
        this.items = items;
        this.users = users;
        this.clock = clock;
    }

    /// A label that is given, or taken back.
    public record Write(GivenLabel label, boolean isTaken) {}

    /// Gives labels, each in place of the same source's of the same name. Completes when every owner has its share on
    /// disk; labels of one owner are stored whole or not at all, and an item that is not there refuses its own.
    public CompletableFuture<Void> give(List<GivenLabel> labels) {
        return write(labels.stream().map(label -> new Write(label, false)).toList());
    }

    /// Takes back what these sources gave under these names; what is not there is no error.
    public CompletableFuture<Void> take(List<GivenLabel> labels) {
        return write(labels.stream().map(label -> new Write(label, true)).toList());
    }

    /// Both at once, in their order.
    public CompletableFuture<Void> write(List<Write> writes) {
        List<ItemWrite> ofItems = new ArrayList<>();
        List<UserWrite> ofAccounts = new ArrayList<>();
        for (Write write : writes) {
            write.label().sound();
            switch (write.label().subject().kind()) {
                case ITEM -> ofItems.add(ofItem(write));
                case ACCOUNT -> ofAccounts.add(ofAccount(write));
            }
        }
        return CompletableFuture.allOf(items.write(ofItems), users.write(ofAccounts));
    }

    private static ItemWrite ofItem(Write write) {
        GivenLabel label = write.label();
        long id = label.subject().id();
        return write.isTaken()
                ? new ItemWrite.RemoveLabel(id, label.label(), label.source())
                : new ItemWrite.AddLabel(id, label.ofItem());
    }

    // All have one version: the order in which the owner writes them is theirs.
    private static UserWrite ofAccount(Write write) {
        GivenLabel label = write.label();
        long id = label.subject().id();
        String name = HeldLabels.name(label.label(), label.source());
        return write.isTaken()
                ? new UserWrite.Unjudge(id, name)
                : new UserWrite.Judge(
                        id,
                        new AccountLabel(
                                name, label.label(), label.source(), 0, label.expiresMillis()));
    }

    /// The labels that hold now, by subject; of what is not stored there are none. Fails when an owner does not answer.
    public CompletableFuture<Map<Subject, List<GivenLabel>>> of(
            Collection<Subject> subjects, Duration limit) {
        long[] ids = idsOf(subjects, Subject.Kind.ITEM);
        List<Long> accounts = new ArrayList<>();
        for (long id : idsOf(subjects, Subject.Kind.ACCOUNT)) {
            accounts.add(id);
        }
        long now = clock.millis();
        return items.standings(ids, limit)
                .thenCombine(
                        users.labels(accounts, limit),
                        (standings, ofAccounts) -> {
                            Map<Subject, List<GivenLabel>> all = new TreeMap<>();
                            subjects.forEach(subject -> all.put(subject, List.of()));
                            for (ItemStanding one : standings) {
                                all.put(Subject.item(one.id()), ofItem(one, now));
                            }
                            ofAccounts.forEach(
                                    (id, labels) ->
                                            all.put(Subject.account(id), ofAccount(id, labels)));
                            return all;
                        });
    }

    private static long[] idsOf(Collection<Subject> subjects, Subject.Kind kind) {
        return subjects.stream()
                .filter(subject -> subject.kind() == kind)
                .mapToLong(Subject::id)
                .distinct()
                .toArray();
    }

    private static List<GivenLabel> ofItem(ItemStanding item, long nowMillis) {
        return item.labels().stream()
                .filter(label -> label.holdsAt(nowMillis))
                .map(label -> ofItem(item.id(), label))
                .toList();
    }

    static GivenLabel ofItem(long id, Label label) {
        return new GivenLabel(
                Subject.item(id),
                label.value(),
                label.source(),
                label.confidence(),
                label.expiresMillis());
    }

    static List<GivenLabel> ofAccount(long id, List<AccountLabel> labels) {
        return labels.stream()
                .map(
                        label ->
                                new GivenLabel(
                                        Subject.account(id),
                                        HeldLabels.isNamedBySource(label)
                                                ? label.value()
                                                : label.name(),
                                        label.source(),
                                        1,
                                        label.expiresMillis()))
                .toList();
    }
}
