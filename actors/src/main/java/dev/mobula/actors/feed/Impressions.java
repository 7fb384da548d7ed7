package dev.mobula.actors.feed;

import dev.mobula.training.log.Impression;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Where pages are logged: what was shown, scored from which features, by what, with which probability.
public interface Impressions extends AutoCloseable {
    /// Whether anything is kept at all.
    default boolean keeps() {
        return true;
    }

    /// Keeps a page that was shown; the future completes when it is on disk. Refuses when too much is waiting.
    CompletableFuture<Void> log(LoggedPage page, Scoring scoring, List<Impression> shown);

    /// A page by its request id, if it is still kept.
    Optional<LoggedPage> page(String requestId);

    /// What was shown on a page, in order, with the features as used; empty when no model scored it.
    List<Impression> shown(String requestId);

    @Override
    void close();

    /// Nothing is kept.
    Impressions NONE =
            new Impressions() {
                @Override
                public boolean keeps() {
                    return false;
                }

                @Override
                public CompletableFuture<Void> log(
                        LoggedPage page, Scoring scoring, List<Impression> shown) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public Optional<LoggedPage> page(String requestId) {
                    return Optional.empty();
                }

                @Override
                public List<Impression> shown(String requestId) {
                    return List.of();
                }

                @Override
                public void close() {}
            };
}
