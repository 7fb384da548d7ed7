package dev.mobula.actors.users;

import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.PastEvent;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts together what a store knows of a user.
record UserViews(UserStore store, int historyMax) {
    private static final int EDGES_MAX = 10_000;

    UserView of(long user) {
        long position = store.newestPosition();
        List<PastEvent> events = store.history(user, historyMax);
        long[][] edges = new long[EdgeKind.values().length][];
        boolean cut = false;
        boolean any = false;
        for (EdgeKind kind : EdgeKind.values()) {
            long[] targets = store.targets(user, kind, EDGES_MAX + 1);
            cut |= targets.length > EDGES_MAX;
            any |= targets.length > 0;
            edges[kind.ordinal()] =
                    targets.length > EDGES_MAX ? Arrays.copyOf(targets, EDGES_MAX) : targets;
        }
        Optional<Preferences> preferences = store.preferences(user);
        List<AccountLabel> labels = store.labels(user);
        Map<String, Long> counters = store.counters(user);
        boolean known = any || preferences.isPresent() || !labels.isEmpty() || !counters.isEmpty();
        return new UserView(
                user,
                known,
                events,
                edges[EdgeKind.FOLLOW.ordinal()],
                edges[EdgeKind.BLOCK.ordinal()],
                edges[EdgeKind.MUTE.ordinal()],
                edges[EdgeKind.HIDE.ordinal()],
                preferences.orElse(Preferences.NONE),
                labels,
                counters,
                position,
                cut);
    }
}
