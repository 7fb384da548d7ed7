package dev.mobula.actors.users;

import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.PastEvent;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserStore;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Puts together what a store knows of a user.
record UserViews(UserStore store, int historyMax) {
    private static final int EDGES_MAX = 10_000;

    UserView of(long user) {
        long position = store.newestPosition();
        List<PastEvent> events = store.history(user, historyMax);
        Map<EdgeKind, long[]> edges = new EnumMap<>(EdgeKind.class);
        boolean cut = false;
        boolean any = false;
        for (EdgeKind kind : EdgeKind.values()) {
            long[] targets = store.targets(user, kind, EDGES_MAX + 1);
            cut |= targets.length > EDGES_MAX;
            any |= targets.length > 0;
            edges.put(
                    kind, targets.length > EDGES_MAX ? Arrays.copyOf(targets, EDGES_MAX) : targets);
        }
        Optional<Preferences> preferences = store.preferences(user);
        List<AccountLabel> labels = store.labels(user);
        Map<String, Long> counters = store.counters(user);
        boolean known = any || preferences.isPresent() || !labels.isEmpty() || !counters.isEmpty();
        return new UserView(
                user,
                known,
                events,
                edgesOf(edges, EdgeKind.FOLLOW),
                edgesOf(edges, EdgeKind.BLOCK),
                edgesOf(edges, EdgeKind.MUTE),
                edgesOf(edges, EdgeKind.HIDE),
                preferences.orElse(Preferences.NONE),
                labels,
                counters,
                position,
                cut);
    }

    private static long[] edgesOf(Map<EdgeKind, long[]> edges, EdgeKind kind) {
        return Objects.requireNonNull(edges.get(kind));
    }
}
