package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mobula.actors.safety.audit.AuditEntry;
import dev.mobula.actors.safety.audit.AuditRow;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.util.List;

/// The log of decisions for auditors, who verify it themselves: `GET /v1/audit` and `GET /v1/audit/head`.
public final class AuditRoutes {
    private static final int LIMIT_USUAL = 500;

    private final ReviewDesk desk;

    public AuditRoutes(ReviewDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/audit", Scope.ADMIN, this::log),
                Route.get("/v1/audit/head", Scope.ADMIN, exchange -> head()));
    }

    /// Links in their order, with what each commits to where it is still there.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record LogBody(List<AuditRow> rows) {}

    private Answer log(Exchange exchange) {
        long after = exchange.queryNumber("after").orElse(0L);
        int limit = Math.toIntExact(exchange.queryNumber("limit").orElse((long) LIMIT_USUAL));
        return Answer.ok(new LogBody(desk.log(after, limit)));
    }

    private record HeadBody(long sequence, String head) {}

    private Answer head() {
        return Answer.ok(
                desk.head()
                        .map(entry -> new HeadBody(entry.sequence(), entry.hash()))
                        .orElse(new HeadBody(0, AuditEntry.NOTHING_BEFORE)));
    }
}
