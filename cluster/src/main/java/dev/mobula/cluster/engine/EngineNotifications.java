package dev.mobula.cluster.engine;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.DecisionLog;
import dev.mobula.actors.notify.DeskParts;
import dev.mobula.actors.notify.ItemScreen;
import dev.mobula.actors.notify.LearnedWording;
import dev.mobula.actors.notify.MessageFinder;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PolicyJudge;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.PriceCrew;
import dev.mobula.actors.notify.PriceKeeper;
import dev.mobula.actors.notify.RuleUse;
import dev.mobula.actors.notify.Wording;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.cluster.api.BudgetRoutes;
import dev.mobula.cluster.api.LearnedRoutes;
import dev.mobula.cluster.api.NotificationRoutes;
import dev.mobula.cluster.gateway.Route;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An engine's notifications: the desk that decides, the prices it decides by, and the log of what it decided.
final class EngineNotifications implements AutoCloseable {
    private static final int PRICE_BLOCKS = 2;
    private static final Duration PRICES_LOOKED_AT = Duration.ofSeconds(30);

    private final Ledgers ledgers;
    private final PriceBoard prices;
    private final PriceKeeper keeper;
    private final DecisionLog log;
    private final Wording wording;
    private final RuleUse rule;
    private final NotificationDesk desk;
    private final PolicyJudge judge;
    private final InstantSource clock;

    EngineNotifications(
            Cluster cluster,
            Ledgers ledgers,
            ItemScreen screen,
            EngineSettings settings,
            InstantSource clock) {
        this.ledgers = ledgers;
        this.clock = clock;
        prices = PriceBoard.open(cluster, "prices", System::nanoTime);
        keeper =
                new PriceKeeper(
                                prices,
                                (problem, how, start) ->
                                        PriceCrew.found(cluster, "price-block", PRICE_BLOCKS)
                                                .solve(problem, how, start),
                                clock)
                        .every(PRICES_LOOKED_AT);
        log =
                DecisionLog.open(
                        LogsConfig.decisionsOf(settings.state()), settings.logs().pages(), clock);
        wording = LearnedWording.open(cluster, "templates");
        rule = settings.notifications().rule();
        double exploration = settings.notifications().exploration();
        desk =
                new NotificationDesk(
                        DeskParts.of(ledgers, prices, exploration, clock)
                                .withKeeper(keeper)
                                .withLog(log)
                                .withScreen(screen)
                                .withWording(wording)
                                .withRule(rule)
                                .withTrial(settings.notifications().volumeTrial()));
        judge = new PolicyJudge(log, exploration, clock);
    }

    List<Route> routes(MessageFinder finder) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(
                new NotificationRoutes(ledgers, prices, desk, finder, clock).withLog(log).routes());
        routes.addAll(new BudgetRoutes(ledgers, prices, keeper, Optional.of(judge)).routes());
        routes.addAll(new LearnedRoutes(prices, judge, rule, clock).routes());
        return routes;
    }

    /// Why decisions may not be as they should.
    Optional<String> trouble() {
        return ServiceHealth.trouble(prices);
    }

    /// Erases somebody from the log of decisions, and what they saw.
    void forget(long user) {
        log.erase(Set.of(user));
        wording.forget(user);
    }

    /// Ends the keeper and the log, once the gateway is closed.
    @Override
    public void close() {
        keeper.close();
        log.close();
    }
}
