package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.Ask;
import dev.mobula.actors.notify.Decision;
import dev.mobula.actors.notify.DecisionLog;
import dev.mobula.actors.notify.ItemScreen;
import dev.mobula.actors.notify.MessageFinder;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.PriceSheet;
import dev.mobula.actors.shards.Answers;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.LedgerError;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.ReservationId;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.retrieval.RetrievalException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Notifications: what to send, the budgets it takes, and what becomes of it, below `/v1/notifications`.
public final class NotificationRoutes {
    private static final String BASE = "/v1/notifications/";
    private static final String DECIDE = "decide";
    private static final int FOUND = 20;
    private static final int FOUND_MAX = 100;
    private static final int READY_MAX = 100;
    private static final int OVER_SHOWN = 1_000;

    private final Ledgers ledgers;
    private final PriceBoard board;
    private final NotificationDesk desk;
    private final MessageFinder finder;
    private final InstantSource clock;
    private Optional<DecisionLog> log = Optional.empty();

    public NotificationRoutes(
            Ledgers ledgers,
            PriceBoard board,
            NotificationDesk desk,
            MessageFinder finder,
            InstantSource clock) {
        this.ledgers = ledgers;
        this.board = board;
        this.desk = desk;
        this.finder = finder;
        this.clock = clock;
    }

    /// The same, with outcomes that name their decision logged beside it.
    public NotificationRoutes withLog(DecisionLog decisions) {
        log = Optional.of(decisions);
        return this;
    }

    public List<Route> routes() {
        return List.of(
                post(
                        "decide",
                        Scope.WRITE,
                        exchange -> decide(exchange.body(NotificationBodies.DecideBody.class))),
                post("decide/batch", Scope.WRITE, new DecideBatch(this::decider)::handle),
                post("candidates", Scope.FEED, this::candidates),
                post("reserve", Scope.WRITE, this::reserve),
                post("begin", Scope.WRITE, exchange -> apply(step(exchange).begin())),
                post("commit", Scope.WRITE, exchange -> apply(step(exchange).commit())),
                post("release", Scope.WRITE, exchange -> apply(step(exchange).release())),
                post("extend", Scope.WRITE, exchange -> apply(step(exchange).extend())),
                get("reservation", Scope.WRITE, this::reservation),
                get("budget/{id}", Scope.WRITE, this::budget),
                get("contacts/{id}", Scope.WRITE, this::contact),
                put("contacts/{id}", Scope.WRITE, this::putContact),
                post("outcomes", Scope.WRITE, this::outcome),
                post("digests/add", Scope.WRITE, this::addItem),
                post("digests/peek", Scope.WRITE, this::peek),
                get("digests/ready", Scope.WRITE, exchange -> ready()),
                get("policies", Scope.ADMIN, this::policies),
                put("policies", Scope.ADMIN, this::putPolicy),
                post("pause", Scope.ADMIN, this::pause),
                put("caps", Scope.ADMIN, this::putCap),
                get("explain", Scope.ADMIN, this::explain));
    }

    private static Route get(String path, Scope scope, Route.Handler handler) {
        return Route.get(BASE + path, scope, guarded(handler));
    }

    private static Route post(String path, Scope scope, Route.Handler handler) {
        return Route.post(BASE + path, scope, guarded(handler));
    }

    private static Route put(String path, Scope scope, Route.Handler handler) {
        return Route.put(BASE + path, scope, guarded(handler));
    }

    /// What the values themselves refuse is the caller's to mend.
    static Route.Handler guarded(Route.Handler handler) {
        return exchange -> guarded(() -> handler.handle(exchange));
    }

    static Answer guarded(Supplier<Answer> work) {
        try {
            return work.get();
        } catch (NotificationDesk.Refused refused) {
            return NotificationAnswers.refused(refused);
        } catch (RankingException | RetrievalException invalid) {
            return NotificationAnswers.refused(
                    LedgerError.INVALID_ARGUMENT, String.valueOf(invalid.getMessage()));
        }
    }

    private Answer apply(Command command) {
        return NotificationAnswers.of(ask(command));
    }

    private Reply ask(Command command) {
        return Answers.await(ledgers.apply(command)).reply();
    }

    private static NotificationBodies.StepBody step(Exchange exchange) {
        return exchange.body(NotificationBodies.StepBody.class);
    }

    private Answer decide(NotificationBodies.DecideBody body) {
        return decide(body, desk::decide);
    }

    /// For a batch the items of all its asks are looked at together.
    private DecideBatch.Decider decider(List<NotificationBodies.DecideBody> bodies) {
        ItemScreen.Looked looked =
                desk.look(
                        bodies.stream()
                                .filter(Objects::nonNull)
                                .flatMap(NotificationBodies.DecideBody::items)
                                .toList());
        return body -> decide(body, ask -> desk.decide(ask, looked));
    }

    /// The same key gets the same bytes, after a crash, too.
    private Answer decide(NotificationBodies.DecideBody body, Function<Ask, Decision> how) {
        Ask ask = body.ask(clock.millis());
        String fingerprint = fingerprint(NotificationAnswers.json(body));
        Reply before = ask(new Command.FindAnswer(ask.owner(), DECIDE, ask.key(), fingerprint));
        if (!(before instanceof Reply.Refused none) || none.error() != LedgerError.NOT_FOUND) {
            return NotificationAnswers.of(before);
        }
        String decided = NotificationAnswers.json(how.apply(ask));
        long expires = clock.millis() + Duration.ofDays(1).toMillis();
        return apply(
                new Command.KeepAnswer(
                        ask.owner(), DECIDE, ask.key(), fingerprint, decided, expires));
    }

    private static String fingerprint(String canonical) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(canonical.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private record FoundBody(List<MessageFinder.Found> candidates) {}

    private Answer candidates(Exchange exchange) {
        NotificationBodies.FindBody body = exchange.body(NotificationBodies.FindBody.class);
        return Answer.ok(new FoundBody(finder.find(body.person(), body.most(FOUND, FOUND_MAX))));
    }

    private Answer reserve(Exchange exchange) {
        return apply(exchange.body(NotificationBodies.ReserveBody.class).command(clock.millis()));
    }

    private Answer reservation(Exchange exchange) {
        String id =
                exchange.query("id")
                        .orElseThrow(
                                () -> RequestProblem.missing("id", "it must be a reservation's"));
        return apply(new Command.GetReservation(ReservationId.parse(id)));
    }

    private static UserKey owner(Exchange exchange) {
        return NotificationBodies.owner(
                exchange.query("tenant").orElse(null), exchange.pathId("id"));
    }

    /// @param nextResetAtMillis when the first of the counters' windows ends
    /// @param plan the messages of a period that are best for the person, where curves know them by what is said of them
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record BudgetBody(
            Reply.Budget budget,
            @Nullable Long nextResetAtMillis,
            @Nullable Integer plan,
            long priceVersion,
            boolean pricesStale) {}

    private Answer budget(Exchange exchange) {
        Reply reply = ask(new Command.GetBudget(owner(exchange)));
        if (!(reply instanceof Reply.Budget budget)) {
            return NotificationAnswers.of(reply);
        }
        PriceSheet sheet = board.current();
        return Answer.ok(
                new BudgetBody(
                        budget,
                        budget.counters().stream()
                                .map(Reply.Counter::endMillis)
                                .filter(end -> end > clock.millis())
                                .min(Long::compare)
                                .orElse(null),
                        plan(sheet, exchange),
                        sheet.version(),
                        board.stale()));
    }

    private static @Nullable Integer plan(PriceSheet sheet, Exchange exchange) {
        double[] person =
                exchange.query("features").filter(said -> !said.isEmpty()).stream()
                        .flatMap(said -> Arrays.stream(said.split(",")))
                        .mapToDouble(NotificationRoutes::number)
                        .toArray();
        return sheet.curves()
                .filter(curves -> curves.features() == person.length)
                .map(curves -> curves.planner().plan(person).sends())
                .orElse(null);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException noNumber) {
            throw new RequestProblem("features", text, "must be numbers with commas");
        }
    }

    private Answer contact(Exchange exchange) {
        return apply(new Command.GetContact(owner(exchange)));
    }

    private Answer putContact(Exchange exchange) {
        PolicyBodies.ContactBody body = exchange.body(PolicyBodies.ContactBody.class);
        UserKey owner = NotificationBodies.owner(body.tenant(), exchange.pathId("id"));
        return apply(new Command.PutContact(owner, body.contact()));
    }

    private Answer outcome(Exchange exchange) {
        NotificationBodies.OutcomeBody body = exchange.body(NotificationBodies.OutcomeBody.class);
        Command.RecordOutcome command = body.command(clock.millis());
        Reply reply = ask(command);
        if (reply instanceof Reply.Done(long counted) && counted == 1) {
            NotificationBodies.nonEmpty(NotificationBodies.text(body.decisionId()))
                    .ifPresent(decision -> log(decision, command));
        }
        return NotificationAnswers.of(reply);
    }

    private void log(String decision, Command.RecordOutcome outcome) {
        if (outcome.kind() == OutcomeKind.OPENED || outcome.kind() == OutcomeKind.CONVERTED) {
            desk.rewarded(decision);
        }
        log.ifPresent(
                into ->
                        into.log(
                                        decision,
                                        outcome.owner().user(),
                                        outcome.kind(),
                                        outcome.atMillis())
                                .join());
    }

    private Answer addItem(Exchange exchange) {
        return apply(exchange.body(NotificationBodies.ItemBody.class).command(clock.millis()));
    }

    private Answer peek(Exchange exchange) {
        return apply(exchange.body(NotificationBodies.PeekBody.class).command());
    }

    private Answer ready() {
        return NotificationAnswers.ready(ledgers.readyDigests(READY_MAX));
    }

    private record PoliciesBody(String tenant, List<PolicyBodies.PolicyBody> policies) {}

    private Answer policies(Exchange exchange) {
        String tenant = NotificationBodies.tenantOf(exchange.query("tenant").orElse(null));
        return Answer.ok(
                new PoliciesBody(
                        tenant,
                        ledgers.policies(tenant).stream()
                                .map(policy -> PolicyBodies.PolicyBody.of(tenant, policy))
                                .toList()));
    }

    private Answer putPolicy(Exchange exchange) {
        PolicyBodies.PolicyBody body = exchange.body(PolicyBodies.PolicyBody.class);
        String tenant = NotificationBodies.tenantOf(body.tenant());
        BudgetPolicy policy = body.policy();
        return Boolean.TRUE.equals(body.dryRun())
                ? Answer.ok(ledgers.tryPolicy(tenant, policy, OVER_SHOWN))
                : NotificationAnswers.of(ledgers.putPolicy(tenant, policy));
    }

    private Answer pause(Exchange exchange) {
        NotificationBodies.PauseBody body = exchange.body(NotificationBodies.PauseBody.class);
        String tenant = NotificationBodies.tenantOf(body.tenant());
        return NotificationAnswers.of(ledgers.pause(tenant, body.wanted()));
    }

    private Answer putCap(Exchange exchange) {
        NotificationBodies.CapBody body = exchange.body(NotificationBodies.CapBody.class);
        return NotificationAnswers.of(ledgers.setCap(body.counterName(), body.units()));
    }

    /// The decision as it was given, found by its id.
    private Answer explain(Exchange exchange) {
        String id =
                exchange.query("decisionId")
                        .orElseThrow(
                                () ->
                                        RequestProblem.missing(
                                                "decisionId", "it must be a decision's"));
        String[] parts = id.split("~", 3);
        if (parts.length < 3) {
            throw new RequestProblem("decisionId", id, "must be tenant~user~key");
        }
        UserKey owner = new UserKey(parts[0], Exchange.number("decisionId", parts[1]));
        return apply(new Command.FindAnswer(owner, DECIDE, parts[2], ""));
    }
}
