package dev.mobula.cluster.api;

import dev.mobula.actors.notify.Learned;
import dev.mobula.actors.notify.LearnedRule;
import dev.mobula.actors.notify.PolicyJudge;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.RuleUse;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What decisions were taught: response curves and rules for sending, with their versions and the way back.
public final class LearnedRoutes {
    private static final String BASE = "/v1/notifications/";

    private final PriceBoard board;
    private final PolicyJudge judge;
    private final RuleUse use;
    private final InstantSource clock;

    /// @param judge says what a rule would have earned; none is let through without it
    /// @param use what desks do at most with a rule
    public LearnedRoutes(PriceBoard board, PolicyJudge judge, RuleUse use, InstantSource clock) {
        this.board = board;
        this.judge = judge;
        this.use = use;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(BASE + "learned", Scope.ADMIN, exchange -> Answer.ok(learned())),
                Route.post(
                        BASE + "learned/rollback",
                        Scope.ADMIN,
                        NotificationRoutes.guarded(this::rollBack)),
                Route.put(
                        BASE + "curves", Scope.ADMIN, NotificationRoutes.guarded(this::putCurves)),
                Route.put(BASE + "rule", Scope.ADMIN, NotificationRoutes.guarded(this::putRule)),
                Route.delete(BASE + "rule", Scope.ADMIN, exchange -> withoutRule()));
    }

    /// @param curves none when values are given by callers
    /// @param rule none when worth alone says what is sent
    /// @param follows whether decisions follow the rule
    private record Version(
            long version,
            long atMillis,
            String note,
            PriceBodies.@Nullable CurvesBody curves,
            @Nullable RuleFile rule,
            boolean follows) {
        private static Version of(Learned learned) {
            return new Version(
                    learned.version(),
                    learned.atMillis(),
                    learned.note(),
                    learned.curves().map(PriceBodies.CurvesBody::of).orElse(null),
                    learned.rule().map(RuleFile::of).orElse(null),
                    learned.rule().stream().anyMatch(LearnedRule::serves));
        }
    }

    /// @param use what this engine does at most with a rule
    /// @param history the oldest first
    private record LearnedBody(RuleUse use, Version inForce, List<Version> history) {}

    private LearnedBody learned() {
        return new LearnedBody(
                use,
                Version.of(board.learned(clock.millis())),
                board.history().stream().map(Version::of).toList());
    }

    private record RollBackBody(@Nullable Long version) {}

    private Answer rollBack(Exchange exchange) {
        long version =
                NotificationBodies.required(
                        "version",
                        exchange.body(RollBackBody.class).version(),
                        "one of the history's");
        Learned before =
                board.history().stream()
                        .filter(one -> one.version() == version)
                        .findFirst()
                        .orElseThrow(() -> RequestProblem.absent("version", version));
        String note = "back to version " + version;
        return learn(new Learned(0, clock.millis(), note, before.curves(), before.rule()));
    }

    private Answer learn(Learned next) {
        board.learn(next);
        return Answer.ok(learned());
    }

    private Learned now() {
        return board.learned(clock.millis());
    }

    private Answer putCurves(Exchange exchange) {
        PriceBodies.CurvesBody body = exchange.body(PriceBodies.CurvesBody.class);
        return learn(now().with(body.curves(), NotificationBodies.text(body.note())));
    }

    private Answer withoutRule() {
        return learn(now().with(Optional.empty(), "without a rule"));
    }

    /// @param rule the one in force when it is absent
    /// @param serves whether decisions are to follow it; else it is only asked and logged
    private record RuleBody(
            @Nullable RuleFile rule,
            @Nullable Boolean serves,
            @Nullable Double lossMax,
            @Nullable Double harmMax,
            @Nullable Integer settledHours,
            @Nullable String note) {}

    private Answer putRule(Exchange exchange) {
        RuleBody body = exchange.body(RuleBody.class);
        Learned now = now();
        LearnedRule rule =
                Optional.ofNullable(body.rule())
                        .map(RuleFile::rule)
                        .or(now::rule)
                        .orElseThrow(() -> RequestProblem.missing("rule", "none is in force"));
        String note = NotificationBodies.text(body.note());
        if (!Boolean.TRUE.equals(body.serves())) {
            return learn(now.with(Optional.of(rule.serving(false)), "shadow. " + note));
        }
        if (use != RuleUse.SERVE) {
            throw new RequestProblem(
                    "serves", true, "is not for this engine: notifications.rule is " + use);
        }
        PolicyJudge.Judgement judged =
                judge.judge(
                        rule,
                        BudgetRoutes.terms(body.lossMax(), body.harmMax(), body.settledHours()));
        if (!judged.promotes()) {
            return NotificationAnswers.notPromoted(judged);
        }
        return learn(
                now.with(
                        Optional.of(rule.serving(true)),
                        NotificationAnswers.numbers(judged) + ". " + note));
    }
}
