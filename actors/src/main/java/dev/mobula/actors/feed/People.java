package dev.mobula.actors.feed;

import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Users' state as the feed asks for it, each question answered by the owner of what it is about.
public interface People {
    /// What the owner of a user, or of an author, says of one candidate.
    enum Verdict {
        ALLOWED,
        /// The user reported to have viewed it.
        SEEN,
        /// It was on a page of this cursor session.
        SERVED,
        /// The user wants it gone.
        HIDDEN,
        /// One of user and author wants to see nothing of the other.
        BLOCKED,
        /// The user wants to see nothing of the author for now.
        MUTED,
        /// Its owner did not answer in time: it counts as forbidden.
        UNCONFIRMED
    }

    /// What is known of a user; somebody unknown is no error.
    CompletableFuture<Person> view(long user, Duration limit);

    /// What the user's owner says of these items by these authors, in their order.
    ///
    /// @param session the cursor session whose pages count as served
    CompletableFuture<List<Verdict>> check(
            long user, long[] items, long[] authors, String session, Duration limit);

    /// The labels that hold of these authors' accounts, each by the author's own owner.
    ///
    /// An author whose owner does not answer in time is absent; the call itself does not fail.
    CompletableFuture<Map<Long, List<Held>>> labels(long[] authors, Duration limit);

    /// Remembers that these items were on a page of a cursor session.
    CompletableFuture<Void> served(long user, String session, long[] items, Duration limit);

    /// Nobody is known, and everybody may see everything once: for an engine that keeps no user state.
    People NOBODY =
            new People() {
                @Override
                public CompletableFuture<Person> view(long user, Duration limit) {
                    return CompletableFuture.completedFuture(Person.unknown(user));
                }

                @Override
                public CompletableFuture<List<Verdict>> check(
                        long user, long[] items, long[] authors, String session, Duration limit) {
                    Verdict[] all = new Verdict[items.length];
                    Arrays.fill(all, Verdict.ALLOWED);
                    return CompletableFuture.completedFuture(List.of(all));
                }

                @Override
                public CompletableFuture<Map<Long, List<Held>>> labels(
                        long[] authors, Duration limit) {
                    Map<Long, List<Held>> none = new HashMap<>();
                    Arrays.stream(authors).forEach(author -> none.put(author, List.of()));
                    return CompletableFuture.completedFuture(none);
                }

                @Override
                public CompletableFuture<Void> served(
                        long user, String session, long[] items, Duration limit) {
                    return CompletableFuture.completedFuture(null);
                }
            };
}
