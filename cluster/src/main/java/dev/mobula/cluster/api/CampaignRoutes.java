package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.DenseBlocks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Campaigns and accounts that act together: which accounts, which texts, since when. Below `/v1/campaigns`.
public final class CampaignRoutes {
    private static final int LIMIT_USUAL = 20;
    private static final int LIMIT_MAX = 200;
    private static final int TEXT_CHARS_MAX = 16_000;

    private final Campaigns campaigns;

    public CampaignRoutes(Campaigns campaigns) {
        this.campaigns = campaigns;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/campaigns", Scope.REVIEW, this::suspicious),
                Route.post("/v1/campaigns/match", Scope.REVIEW, this::match),
                Route.get("/v1/campaigns/accounts", Scope.REVIEW, exchange -> accounts()),
                Route.put("/v1/campaigns/actions", Scope.ADMIN, this::act));
    }

    private record CampaignsBody(Campaigns.Status status, List<Campaign> campaigns) {}

    private Answer suspicious(Exchange exchange) {
        long limit = exchange.queryNumber("limit").orElse((long) LIMIT_USUAL);
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new RequestProblem("limit", limit, "is outside 1.." + LIMIT_MAX);
        }
        return Answer.ok(new CampaignsBody(campaigns.status(), campaigns.suspicious((int) limit)));
    }

    private record MatchBody(@Nullable String text) {}

    /// @param campaign absent when the text is part of none
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Matched(@Nullable Campaign campaign) {}

    private Answer match(Exchange exchange) {
        String text = exchange.body(MatchBody.class).text();
        if (text == null) {
            throw RequestProblem.missing("text", "it must be a text");
        }
        if (text.length() > TEXT_CHARS_MAX) {
            throw new RequestProblem("text", text, "has over " + TEXT_CHARS_MAX + " characters");
        }
        return Answer.ok(new Matched(campaigns.like(text).orElse(null)));
    }

    private record BlocksBody(List<DenseBlocks.Block> blocks) {}

    private Answer accounts() {
        return Answer.ok(new BlocksBody(campaigns.blocks()));
    }

    private record ActBody(@Nullable Boolean on) {}

    private Answer act(Exchange exchange) {
        Boolean on = exchange.body(ActBody.class).on();
        if (on == null) {
            throw RequestProblem.missing("on", "it must be true or false");
        }
        return Answer.ok(campaigns.act(on));
    }
}
