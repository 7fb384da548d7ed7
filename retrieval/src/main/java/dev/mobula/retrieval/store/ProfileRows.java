package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;

/// A user's preferences and the labels of the account, each as the record of the write that made it.
final class ProfileRows {
    static final String FAMILY = "profiles";

    private static final int PREFERENCES = 0;
    private static final int LABELS = 1;

    private final Engine engine;
    private final UserLimits limits;
    private final ColumnFamilyHandle profiles;

    ProfileRows(Engine engine, UserLimits limits) {
        this.engine = engine;
        this.limits = limits;
        this.profiles = engine.family(FAMILY);
    }

    void prefer(Transaction transaction, UserWrite.Prefer write) {
        transaction.put(profiles, Keys.of(write.user(), PREFERENCES), UserCodec.encode(write));
    }

    Optional<Preferences> preferences(long user) {
        byte[] record = engine.get(profiles, Keys.of(user, PREFERENCES));
        if (record == null) {
            return Optional.empty();
        }
        return UserCodec.decode(record, "preferences of user " + user)
                        instanceof UserWrite.Prefer(long _, Preferences preferences)
                ? Optional.of(preferences)
                : Optional.empty();
    }

    /// All labels of one account are one row, read and written whole.
    void judge(Transaction transaction, UserWrite.Judge write) {
        List<AccountLabel> labels = labels(transaction.get(profiles, key(write.user())));
        Optional<AccountLabel> known = named(labels, write.label().name());
        if (known.isPresent() && known.get().version() > write.label().version()) {
            return;
        }
        known.ifPresent(labels::remove);
        if (labels.size() >= limits.labelsPerUserMax()) {
            throw invalid(
                    "user",
                    write.user(),
                    "has " + labels.size() + " labels, limit " + limits.labelsPerUserMax());
        }
        labels.add(write.label());
        put(transaction, write.user(), labels);
    }

    void unjudge(Transaction transaction, UserWrite.Unjudge write) {
        List<AccountLabel> labels = labels(transaction.get(profiles, key(write.user())));
        if (labels.removeIf(label -> label.name().equals(write.label()))) {
            put(transaction, write.user(), labels);
        }
    }

    /// The labels of an account, those that have expired too.
    List<AccountLabel> labels(long user) {
        return labels(engine.get(profiles, key(user)));
    }

    private static Optional<AccountLabel> named(List<AccountLabel> labels, String name) {
        return labels.stream().filter(label -> label.name().equals(name)).findFirst();
    }

    private static byte[] key(long user) {
        return Keys.of(user, LABELS);
    }

    private void put(Transaction transaction, long user, List<AccountLabel> labels) {
        transaction.put(profiles, key(user), UserCodec.encode(labels));
    }

    private static List<AccountLabel> labels(byte @Nullable [] record) {
        return record == null ? new ArrayList<>() : UserCodec.decodeLabels(record);
    }

    void forget(Transaction transaction, long user) {
        transaction.deleteAll(profiles, Keys.of(user));
    }
}
