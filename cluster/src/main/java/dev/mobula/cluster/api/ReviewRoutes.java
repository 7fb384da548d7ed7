package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.review.Choice;
import dev.mobula.actors.safety.review.Choice.Action;
import dev.mobula.actors.safety.review.Decision;
import dev.mobula.actors.safety.review.ReviewCase;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.safety.review.ReviewStats;
import dev.mobula.actors.safety.review.StatementOfReasons;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Caller;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.store.Label;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reports, the queue, decisions and appeals: `POST /v1/reports`, `POST /v1/appeals`, and what is below `/v1/review`.
public final class ReviewRoutes {
    private static final int LIMIT_USUAL = 50;

    private final ReviewDesk desk;

    public ReviewRoutes(ReviewDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/reports", Scope.WRITE, this::report),
                Route.post("/v1/appeals", Scope.WRITE, this::appeal),
                Route.post("/v1/review/suggestions", Scope.LABEL, this::suggest),
                Route.get("/v1/review/queue", Scope.REVIEW, this::queue),
                Route.post("/v1/review/lease", Scope.REVIEW, this::lease),
                Route.post("/v1/review/release", Scope.REVIEW, this::release),
                Route.get("/v1/review/cases/{id}", Scope.REVIEW, this::find),
                Route.post("/v1/review/decisions", Scope.REVIEW, this::decide),
                Route.get("/v1/review/decisions/{id}", Scope.REVIEW, this::decision),
                Route.get("/v1/review/stats", Scope.REVIEW, exchange -> stats()),
                Route.get("/v1/review/examples", Scope.REVIEW, this::examples));
    }

    private record ReportBody(
            @Nullable Long reporter,
            @Nullable Long item,
            @Nullable Long account,
            @Nullable String policy,
            @Nullable String text,
            @Nullable Double reach) {}

    private static <T> T required(String field, @Nullable T value, String requirement) {
        if (value == null) {
            throw RequestProblem.missing(field, requirement);
        }
        return value;
    }

    private static double notNegative(String field, @Nullable Double value, double usual) {
        double number = value == null ? usual : value;
        if (!(number >= 0) || Double.isInfinite(number)) {
            throw new RequestProblem(field, number, "must not be below 0");
        }
        return number;
    }

    private Answer report(Exchange exchange) {
        ReportBody body = exchange.body(ReportBody.class);
        return Answer.ok(
                desk.report(
                        new ReviewDesk.Report(
                                required("reporter", body.reporter(), "it must be a user's id"),
                                LabelRoutes.subject(body.item(), body.account()),
                                required("policy", body.policy(), "it must say what is wrong"),
                                body.text() == null ? "" : body.text(),
                                notNegative("reach", body.reach(), 1))));
    }

    private record SuggestionBody(
            @Nullable Long item,
            @Nullable Long account,
            @Nullable String policy,
            @Nullable String by,
            @Nullable Double score,
            @Nullable Double severity,
            @Nullable Double reach,
            @Nullable String evidence) {}

    private Answer suggest(Exchange exchange) {
        SuggestionBody body = exchange.body(SuggestionBody.class);
        String by = "it must be rule:NAME@VERSION or model:VERSION";
        return Answer.ok(
                Told.of(
                        desk.suggest(
                                new ReviewDesk.Suggestion(
                                        LabelRoutes.subject(body.item(), body.account()),
                                        required("policy", body.policy(), "it must be named"),
                                        required("by", body.by(), by),
                                        required("score", body.score(), "it must be 0..1"),
                                        notNegative("severity", body.severity(), 0),
                                        notNegative("reach", body.reach(), 1),
                                        body.evidence() == null ? "" : body.evidence()))));
    }

    /// A case as reviewers see it.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Told(
            long id,
            String subject,
            String policy,
            String status,
            double priority,
            long opened,
            int reports,
            double score,
            double severity,
            double reach,
            List<ReviewCase.Evidence> evidence,
            @Nullable String holder,
            @Nullable Long heldUntil,
            int opinions,
            int opinionsNeeded,
            @Nullable Long appealOf,
            @Nullable String appeal) {
        /// Who looked before, and what they chose, is not told: a second opinion is one's own.
        static Told of(ReviewCase one) {
            ReviewCase.Lease lease = one.lease();
            boolean isAppeal = one.appealOf() != 0;
            return new Told(
                    one.id(),
                    one.subject().toString(),
                    one.policy(),
                    one.status().name().toLowerCase(Locale.ROOT),
                    one.priority(),
                    one.openedMillis(),
                    one.reports(),
                    one.score(),
                    one.severity(),
                    one.reach(),
                    one.evidence(),
                    lease == null ? null : lease.reviewer(),
                    lease == null ? null : lease.untilMillis(),
                    one.opinions().size(),
                    one.opinionsNeeded(),
                    isAppeal ? one.appealOf() : null,
                    isAppeal ? one.appeal() : null);
        }
    }

    private record QueueBody(List<Told> cases) {}

    private Answer queue(Exchange exchange) {
        int limit = Math.toIntExact(exchange.queryNumber("limit").orElse((long) LIMIT_USUAL));
        return Answer.ok(new QueueBody(desk.queue(limit).stream().map(Told::of).toList()));
    }

    private record LeaseBody(@Nullable String reviewer, @Nullable String policy) {}

    /// Whoever has a key is who the key says; only a gateway without keys takes a name on trust.
    private static String reviewer(Exchange exchange, @Nullable String told) {
        String caller = exchange.caller().name();
        if (told == null || told.equals(caller)) {
            return caller;
        }
        if (!exchange.caller().equals(Caller.ANYONE)) {
            throw new RequestProblem("reviewer", told, "must be the key's own name: " + caller);
        }
        return told;
    }

    /// @param found absent when nothing is free
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Leased(@Nullable Told found) {}

    private Answer lease(Exchange exchange) {
        LeaseBody body = exchange.body(LeaseBody.class);
        String policy = body.policy() == null ? "" : body.policy();
        return Answer.ok(
                new Leased(
                        desk.lease(reviewer(exchange, body.reviewer()), policy)
                                .map(Told::of)
                                .orElse(null)));
    }

    private record ReleaseBody(@Nullable String reviewer, @Nullable Long caseId) {}

    private Answer release(Exchange exchange) {
        ReleaseBody body = exchange.body(ReleaseBody.class);
        long id = required("caseId", body.caseId(), "it must be a case's id");
        return Answer.ok(Told.of(desk.release(reviewer(exchange, body.reviewer()), id)));
    }

    private Answer find(Exchange exchange) {
        return Answer.ok(Told.of(desk.find(exchange.pathId("id"))));
    }

    private record SpanBody(@Nullable String part, int from, int to) {}

    private record DecideBody(
            @Nullable String reviewer,
            @Nullable Long caseId,
            @Nullable String action,
            @Nullable String label,
            @Nullable Long expires,
            @Nullable String reason,
            @Nullable List<SpanBody> spans) {
        Choice choice() {
            List<String> known =
                    Arrays.stream(Action.values())
                            .map(one -> one.name().toLowerCase(Locale.ROOT))
                            .toList();
            String named = required("action", action, "it must be one of " + known);
            Action chosen =
                    Arrays.stream(Action.values())
                            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(named))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new RequestProblem(
                                                    "action", named, "must be one of " + known));
            return new Choice(
                    chosen,
                    label == null ? "" : label,
                    expires == null ? Label.NEVER : expires,
                    reason == null ? "" : reason,
                    (spans == null ? List.<SpanBody>of() : spans)
                            .stream()
                                    .map(
                                            span ->
                                                    new Choice.Span(
                                                            span.part() == null ? "" : span.part(),
                                                            span.from(),
                                                            span.to()))
                                    .toList());
        }
    }

    /// A decision as it is told.
    ///
    /// @param statement what the person behind the subject is to be told
    private record Decided(
            long id,
            long caseId,
            String subject,
            String policy,
            String by,
            boolean automatic,
            String action,
            String label,
            String state,
            long at,
            long appeal,
            List<Effect> effects,
            String statement) {
        static Decided of(Decision one) {
            return new Decided(
                    one.id(),
                    one.caseId(),
                    one.subject().toString(),
                    one.policy(),
                    one.by(),
                    one.automatic(),
                    one.choice().action().name().toLowerCase(Locale.ROOT),
                    one.choice().label(),
                    one.state().name().toLowerCase(Locale.ROOT),
                    one.atMillis(),
                    one.appealId(),
                    one.effects().stream().map(Effect::of).toList(),
                    StatementOfReasons.of(one));
        }
    }

    private record Effect(String done, String label, String source) {
        static Effect of(Decision.Effect one) {
            GivenLabel label = one.label();
            return new Effect(one.isTaken() ? "taken" : "given", label.label(), label.source());
        }
    }

    /// @param decision absent while others must look too
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Concluded(Told found, @Nullable Decided decision) {}

    private Answer decide(Exchange exchange) {
        DecideBody body = exchange.body(DecideBody.class);
        long id = required("caseId", body.caseId(), "it must be a case's id");
        ReviewDesk.Concluded concluded =
                desk.decide(reviewer(exchange, body.reviewer()), id, body.choice());
        Decision decision = concluded.decision();
        return Answer.ok(
                new Concluded(
                        Told.of(concluded.now()), decision == null ? null : Decided.of(decision)));
    }

    private Answer decision(Exchange exchange) {
        return Answer.ok(Decided.of(desk.decision(exchange.pathId("id"))));
    }

    private record AppealBody(
            @Nullable Long decision, @Nullable Long appellant, @Nullable String words) {}

    private Answer appeal(Exchange exchange) {
        AppealBody body = exchange.body(AppealBody.class);
        return Answer.ok(
                Told.of(
                        desk.appeal(
                                required("decision", body.decision(), "it must be a decision's id"),
                                required("appellant", body.appellant(), "it must be a user's id"),
                                body.words() == null ? "" : body.words())));
    }

    private record StatsBody(
            long open, long decided, double kappa, Map<String, ReviewStats.Tally> byDecider) {}

    private Answer stats() {
        ReviewStats stats = desk.stats();
        return Answer.ok(
                new StatsBody(
                        stats.open(),
                        stats.decided(),
                        stats.kappa(),
                        new TreeMap<>(stats.byDecider())));
    }

    private record Example(
            long id, String subject, String label, boolean positive, String by, long at) {}

    private record ExamplesBody(List<Example> examples) {}

    private Answer examples(Exchange exchange) {
        long after = exchange.queryNumber("after").orElse(0L);
        int limit = Math.toIntExact(exchange.queryNumber("limit").orElse((long) LIMIT_USUAL));
        return Answer.ok(
                new ExamplesBody(
                        desk.examples(after, limit).stream()
                                .map(
                                        one ->
                                                new Example(
                                                        one.id(),
                                                        one.subject().toString(),
                                                        one.label(),
                                                        one.positive(),
                                                        one.by(),
                                                        one.atMillis()))
                                .toList()));
    }
}
