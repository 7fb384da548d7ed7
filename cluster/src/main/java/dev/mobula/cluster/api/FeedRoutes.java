package dev.mobula.cluster.api;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Pages: `POST /v1/feed`.
public final class FeedRoutes {
    private static final int DEFAULT_LIMIT = 20;

    private final Feed feed;

    public FeedRoutes(Feed feed) {
        this.feed = feed;
    }

    public List<Route> routes() {
        return List.of(Route.post("/v1/feed", Scope.FEED, this::page));
    }

    private record Body(@Nullable Long user, @Nullable Integer limit, @Nullable Set<Long> exclude) {
        FeedRequest request() {
            if (user == null) {
                throw RequestProblem.missing("user", "it must be a user's id");
            }
            return new FeedRequest(
                    user,
                    limit == null ? DEFAULT_LIMIT : limit,
                    exclude == null ? Set.of() : exclude);
        }
    }

    private Answer page(Exchange exchange) {
        return Answer.ok(feed.page(exchange.body(Body.class).request()));
    }
}
