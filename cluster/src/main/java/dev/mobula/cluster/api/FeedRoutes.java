package dev.mobula.cluster.api;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedExplanation;
import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.ranking.explain.Counterfactual;
import dev.mobula.ranking.explain.Explanation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Pages and why they are as they are: `POST /v1/feed`, `POST /v1/feed/explain`.
public final class FeedRoutes {
    private static final int DEFAULT_LIMIT = 20;

    private final Feed feed;

    public FeedRoutes(Feed feed) {
        this.feed = feed;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/feed", Scope.FEED, this::page),
                Route.post("/v1/feed/explain", Scope.ADMIN, this::explain));
    }

    private record PageBody(
            @Nullable Long user, @Nullable Integer limit, @Nullable Set<Long> exclude) {
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
        return Answer.ok(feed.page(exchange.body(PageBody.class).request()));
    }

    /// @param place the place to explain, counted from 1
    /// @param value another value expression to see the page under
    private record ExplainBody(
            @Nullable Long user,
            @Nullable Integer limit,
            @Nullable Set<Long> exclude,
            @Nullable Integer place,
            @Nullable String value) {
        FeedRequest request() {
            return new PageBody(user, limit, exclude).request();
        }
    }

    /// @param text the story of the place, and the page under the other values, for people
    private record Told(
            FeedPage page,
            Explanation place,
            @Nullable Counterfactual counterfactual,
            String text) {}

    private Answer explain(Exchange exchange) {
        ExplainBody body = exchange.body(ExplainBody.class);
        FeedExplanation told =
                feed.explain(
                        body.request(),
                        body.place() == null ? 1 : body.place(),
                        Optional.ofNullable(body.value()));
        String otherPage = told.counterfactual().map(Counterfactual::text).orElse("");
        return Answer.ok(
                new Told(
                        told.page(),
                        told.place(),
                        told.counterfactual().orElse(null),
                        told.place().text() + otherPage));
    }
}
