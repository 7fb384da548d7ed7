package dev.mobula.cluster.api;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedContext;
import dev.mobula.actors.feed.FeedExplanation;
import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.actors.feed.LoggedPage;
import dev.mobula.actors.feed.Replay;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.ranking.explain.Counterfactual;
import dev.mobula.ranking.explain.Explanation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Pages and why they are as they are: `POST /v1/feed`, `POST /v1/feed/explain`, `GET /v1/explain/{requestId}`.
public final class FeedRoutes {
    private static final int DEFAULT_LIMIT = 20;

    private final Feed feed;

    public FeedRoutes(Feed feed) {
        this.feed = feed;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/feed", Scope.FEED, this::page),
                Route.post("/v1/feed/explain", Scope.ADMIN, this::explain),
                Route.get("/v1/explain/{requestId}", Scope.ADMIN, this::logged));
    }

    private record ContextBody(
            @Nullable List<String> topics,
            @Nullable List<Long> items,
            @Nullable String words,
            @Nullable Map<String, String> features) {
        FeedContext context() {
            return new FeedContext(
                    topics == null ? List.of() : topics,
                    items == null ? List.of() : items,
                    words == null ? "" : words,
                    features == null ? Map.of() : features);
        }
    }

    private record PageBody(
            @Nullable Long user,
            @Nullable String surface,
            @Nullable Integer limit,
            @Nullable String cursor,
            @Nullable ContextBody context,
            @Nullable Set<Long> seen,
            @Nullable Set<Long> exclude,
            @Nullable Boolean debug) {
        FeedRequest request() {
            if (user == null) {
                throw RequestProblem.missing("user", "it must be a user's id");
            }
            return new FeedRequest(
                    user,
                    surface == null ? FeedRequest.HOME : surface,
                    limit == null ? DEFAULT_LIMIT : limit,
                    cursor == null ? "" : cursor,
                    context == null ? FeedContext.NONE : context.context(),
                    seen == null ? Set.of() : seen,
                    exclude == null ? Set.of() : exclude,
                    debug != null && debug);
        }
    }

    private Answer page(Exchange exchange) {
        return Answer.ok(feed.page(exchange.body(PageBody.class).request()));
    }

    /// @param place the place to explain, counted from 1
    /// @param value another value expression to see the page under
    private record ExplainBody(
            @Nullable Long user,
            @Nullable String surface,
            @Nullable Integer limit,
            @Nullable ContextBody context,
            @Nullable Set<Long> exclude,
            @Nullable Integer place,
            @Nullable String value) {
        FeedRequest request() {
            return new PageBody(user, surface, limit, null, context, null, exclude, true).request();
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

    /// @param replay the page's scores, computed again by the model and kernel that computed them, when that was asked for
    private record Logged(LoggedPage page, @Nullable Replay replay) {}

    private Answer logged(Exchange exchange) {
        String requestId = exchange.pathText("requestId");
        LoggedPage page =
                feed.logged(requestId)
                        .orElseThrow(() -> RequestProblem.absent("requestId", requestId));
        boolean replayed =
                exchange.query("replay")
                        .map(
                                told ->
                                        switch (told) {
                                            case "true" -> true;
                                            case "false" -> false;
                                            default ->
                                                    throw new RequestProblem(
                                                            "replay",
                                                            told,
                                                            "must be true or false");
                                        })
                        .orElse(false);
        return Answer.ok(new Logged(page, replayed ? feed.replay(requestId) : null));
    }
}
