package dev.mobula.cluster.api;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.PolicyJudge;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.PriceKeeper;
import dev.mobula.actors.notify.PriceSheet;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.ranking.notify.ledger.Spent;
import dev.mobula.ranking.ope.Estimate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What all messages together may use: prices and the plans they are solved for, what was spent, and a page that
/// shows it.
public final class BudgetRoutes {
    private static final double LOSS_MAX = 0.001;
    private static final double HARM_MAX = 0.0005;
    private static final int SETTLED_HOURS = 24;
    private static final String PRICES = "/v1/notifications/prices";

    private final Ledgers ledgers;
    private final PriceBoard board;
    private final PriceKeeper keeper;
    private final Optional<PolicyJudge> judge;
    private final String page = PageRoute.read("budget.html");

    /// @param judge says what another policy would have earned; without it, nobody does
    public BudgetRoutes(
            Ledgers ledgers, PriceBoard board, PriceKeeper keeper, Optional<PolicyJudge> judge) {
        this.judge = judge;
        this.ledgers = ledgers;
        this.board = board;
        this.keeper = keeper;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(PRICES, Scope.ADMIN, exchange -> Answer.ok(prices())),
                Route.put(PRICES, Scope.ADMIN, NotificationRoutes.guarded(this::putPrices)),
                Route.post(PRICES + "/solve", Scope.ADMIN, NotificationRoutes.guarded(this::solve)),
                Route.post(
                        "/v1/notifications/evaluate",
                        Scope.ADMIN,
                        NotificationRoutes.guarded(this::evaluate)),
                Route.get("/v1/notifications/spending", Scope.ADMIN, this::spending),
                Route.open("/budget", exchange -> Answer.text("text/html; charset=utf-8", page)));
    }

    private record PricesBody(PriceBodies.SheetBody prices, double servedGap, boolean stale) {}

    private PricesBody prices() {
        return new PricesBody(
                PriceBodies.SheetBody.of(board.current()),
                board.current().servedGap(),
                board.stale());
    }

    private Answer putPrices(Exchange exchange) {
        PriceSheet sheet = exchange.body(PriceBodies.SheetBody.class).sheet();
        board.publish(sheet.withRule(board.current().rule()));
        return Answer.ok(prices());
    }

    private Answer solve(Exchange exchange) {
        PriceBodies.SolveBody body = exchange.body(PriceBodies.SolveBody.class);
        try {
            return Answer.ok(keeper.solve(body.plan(), body.publishes()));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the engine ends", stop);
        }
    }

    /// @param threshold what a message must be worth to be sent
    /// @param lossMax how much less reward for each decision is still no harm
    /// @param harmMax how many more who turn messages off, for each decision, are still none
    /// @param settledHours decisions younger than this are left out
    private record EvaluateBody(
            @Nullable Double threshold,
            @Nullable Double lossMax,
            @Nullable Double harmMax,
            @Nullable Integer settledHours) {}

    private record Judged(
            int rounds,
            boolean promotes,
            @Nullable Estimate reward,
            @Nullable Estimate harm,
            double effectiveSampleSize,
            double meanWeight,
            List<String> reasons) {}

    /// What a rule is judged by, where it is not told.
    static PolicyJudge.Terms terms(
            @Nullable Double lossMax, @Nullable Double harmMax, @Nullable Integer settledHours) {
        return new PolicyJudge.Terms(
                lossMax == null ? LOSS_MAX : lossMax,
                harmMax == null ? HARM_MAX : harmMax,
                Duration.ofHours(settledHours == null ? SETTLED_HOURS : settledHours));
    }

    private Answer evaluate(Exchange exchange) {
        EvaluateBody body = exchange.body(EvaluateBody.class);
        PolicyJudge.Judgement judgement =
                judge.orElseThrow(() -> RequestProblem.missing("log", "decisions are not logged"))
                        .judge(
                                NotificationBodies.required(
                                        "threshold", body.threshold(), "what is worth sending"),
                                terms(body.lossMax(), body.harmMax(), body.settledHours()));
        return Answer.ok(
                new Judged(
                        judgement.rounds(),
                        judgement.promotes(),
                        judgement.reward().orElse(null),
                        judgement.harm().orElse(null),
                        judgement.effectiveSampleSize(),
                        judgement.meanWeight(),
                        judgement.reasons()));
    }

    private record SpendingBody(String tenant, List<Spent> spending) {}

    private Answer spending(Exchange exchange) {
        String tenant = NotificationBodies.tenantOf(exchange.query("tenant").orElse(null));
        return Answer.ok(new SpendingBody(tenant, ledgers.spending(tenant)));
    }
}
