package dev.mobula.cluster.api;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.PriceKeeper;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.ranking.notify.ledger.Spent;
import java.util.List;

/// What all messages together may use: prices and the plans they are solved for, curves, what was spent, and a page that
/// shows it.
public final class BudgetRoutes {
    private static final String PRICES = "/v1/notifications/prices";

    private final Ledgers ledgers;
    private final PriceBoard board;
    private final PriceKeeper keeper;
    private final String page = PageRoute.read("budget.html");

    public BudgetRoutes(Ledgers ledgers, PriceBoard board, PriceKeeper keeper) {
        this.ledgers = ledgers;
        this.board = board;
        this.keeper = keeper;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(PRICES, Scope.ADMIN, exchange -> Answer.ok(prices())),
                Route.put(PRICES, Scope.ADMIN, NotificationRoutes.guarded(this::putPrices)),
                Route.post(PRICES + "/solve", Scope.ADMIN, NotificationRoutes.guarded(this::solve)),
                Route.put(
                        "/v1/notifications/curves",
                        Scope.ADMIN,
                        NotificationRoutes.guarded(this::putCurves)),
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
        board.publish(exchange.body(PriceBodies.SheetBody.class).sheet());
        return Answer.ok(prices());
    }

    private Answer putCurves(Exchange exchange) {
        PriceBodies.CurvesBody body = exchange.body(PriceBodies.CurvesBody.class);
        board.publish(board.current().withCurves(body.curves()));
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

    private record SpendingBody(String tenant, List<Spent> spending) {}

    private Answer spending(Exchange exchange) {
        String tenant = NotificationBodies.tenantOf(exchange.query("tenant").orElse(null));
        return Answer.ok(new SpendingBody(tenant, ledgers.spending(tenant)));
    }
}
