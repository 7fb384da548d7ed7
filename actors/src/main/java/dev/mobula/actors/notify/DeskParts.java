package dev.mobula.actors.notify;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.training.price.PriceSolver;
import java.time.InstantSource;
import java.util.Optional;

/// What a desk works with.
///
/// @param keeper is told of every opportunity
/// @param log gets every decision in which chance could have a part
/// @param screen is asked about the items that candidates name
/// @param wording chooses among the templates of what is sent
/// @param rule what is done at most with a rule that was learned
/// @param trial in whose weeks chance alone says how many messages there are
/// @param exploration the probability with which chance overrules the best choice, 0 to 0.5
public record DeskParts(
        Ledgers ledgers,
        PriceBoard board,
        PriceKeeper keeper,
        Optional<DecisionLog> log,
        ItemScreen screen,
        Wording wording,
        RuleUse rule,
        VolumeTrial trial,
        double exploration,
        InstantSource clock) {
    private static final PriceKeeper.Solver SOLVER =
            (problem, settings, start) -> {
                try (PriceSolver solver = PriceSolver.of(problem, 1)) {
                    return solver.solve(settings, start);
                }
            };

    /// Those of a desk that solves for prices in its process when it is asked to, logs nothing, knows of
    /// no item and draws every template alike.
    public static DeskParts of(
            Ledgers ledgers, PriceBoard board, double exploration, InstantSource clock) {
        return new DeskParts(
                ledgers,
                board,
                new PriceKeeper(board, SOLVER, clock),
                Optional.empty(),
                ItemScreen.CLOSED,
                Wording.EVEN,
                RuleUse.SERVE,
                new VolumeTrial(0),
                exploration,
                clock);
    }

    public DeskParts withKeeper(PriceKeeper other) {
        return new DeskParts(
                ledgers, board, other, log, screen, wording, rule, trial, exploration, clock);
    }

    public DeskParts withLog(DecisionLog other) {
        return new DeskParts(
                ledgers,
                board,
                keeper,
                Optional.of(other),
                screen,
                wording,
                rule,
                trial,
                exploration,
                clock);
    }

    public DeskParts withScreen(ItemScreen other) {
        return new DeskParts(
                ledgers, board, keeper, log, other, wording, rule, trial, exploration, clock);
    }

    public DeskParts withWording(Wording other) {
        return new DeskParts(
                ledgers, board, keeper, log, screen, other, rule, trial, exploration, clock);
    }

    public DeskParts withRule(RuleUse most) {
        return new DeskParts(
                ledgers, board, keeper, log, screen, wording, most, trial, exploration, clock);
    }

    /// With a share of people's weeks in which chance alone says how many messages they get.
    public DeskParts withTrial(double share) {
        return new DeskParts(
                ledgers,
                board,
                keeper,
                log,
                screen,
                wording,
                rule,
                new VolumeTrial(share),
                exploration,
                clock);
    }
}
