package dev.mobula.actors.notify;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.safety.Visibility;
import dev.mobula.actors.safety.Visibility.Standing;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.users.UserShards;
import dev.mobula.actors.users.UserView;
import dev.mobula.actors.users.Verdicts;
import dev.mobula.ranking.notify.decision.Reason;
import dev.mobula.ranking.safety.VisibilityPolicy.Surface;
import dev.mobula.ranking.safety.VisibilityPolicy.Treatment;
import dev.mobula.retrieval.store.Verdict;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the items' owners for labels and the person's owner for what they hide; what is not answered in time is barred.
public final class OwnersScreen implements ItemScreen {
    private static final Logger LOG = LoggerFactory.getLogger(OwnersScreen.class);
    private static final Set<Verdict> HIDES =
            Set.of(Verdict.HIDDEN, Verdict.BLOCKED, Verdict.BLOCKED_BY, Verdict.MUTED);

    private final Visibility visibility;
    private final UserShards users;
    private final Duration limit;

    /// @param limit how long an owner may take to answer
    public OwnersScreen(Visibility visibility, UserShards users, Duration limit) {
        this.visibility = visibility;
        this.users = users;
        this.limit = limit;
    }

    @Override
    public Looked look(Collection<Long> items) {
        if (items.isEmpty()) {
            return (user, about) -> Map.of();
        }
        long[] ids = items.stream().mapToLong(Long::longValue).distinct().toArray();
        CompletableFuture<Visibility.Known> asked = visibility.known(ids, limit);
        return (user, about) -> about.isEmpty() ? Map.of() : barred(asked, user, about);
    }

    private Map<Long, Reason> barred(
            CompletableFuture<Visibility.Known> asked, long user, List<Long> about) {
        try {
            CompletableFuture<UserView> viewer = users.view(user, limit);
            Visibility.Known known = Answers.await(asked);
            return barred(known, Answers.await(viewer), about);
        } catch (CallException | CompletionException away) {
            LOG.debug("nothing is confirmed for user {}: {}", user, away.getMessage());
            return CLOSED.look(about).barred(user, about);
        }
    }

    private Map<Long, Reason> barred(Visibility.Known known, UserView viewer, List<Long> about) {
        Map<String, String> wishes = viewer.preferences().labelSettings();
        Map<Long, Reason> barred = new HashMap<>();
        Map<Long, Long> authors = new LinkedHashMap<>();
        for (long item : about) {
            Optional<Standing> standing = known.of(item, Surface.PUSH, wishes);
            if (standing.isEmpty()) {
                barred.put(item, Reason.UNCONFIRMED);
            } else if (standing.get().decision().treatment() != Treatment.ALLOW) {
                barred.put(item, Reason.LABELLED);
            } else {
                authors.put(item, standing.get().item().authorId());
            }
        }
        if (!authors.isEmpty()) {
            hidden(viewer.user(), authors).forEach(item -> barred.put(item, Reason.BLOCKED));
        }
        return barred;
    }

    private List<Long> hidden(long user, Map<Long, Long> authors) {
        List<Long> items = List.copyOf(authors.keySet());
        long[] ids = items.stream().mapToLong(Long::longValue).toArray();
        long[] by = items.stream().mapToLong(authors::get).toArray();
        Verdicts said = Answers.await(users.check(user, ids, by, Optional.empty(), limit));
        return items.stream().filter(item -> HIDES.contains(said.of(items.indexOf(item)))).toList();
    }
}
