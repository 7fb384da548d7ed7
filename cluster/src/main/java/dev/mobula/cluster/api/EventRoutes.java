package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.UserEvent;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What users did: `POST /v1/events`, many at once, each with an answer of its own.
///
/// An event that is sent again under its id is stored once.
public final class EventRoutes {
    private static final int MULTI_STATUS = 207;

    private final UserShards users;
    private final InstantSource clock;

    public EventRoutes(UserShards users, InstantSource clock) {
        this.users = users;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(Route.post("/v1/events", Scope.WRITE, this::record));
    }

    private record EventsBody(@Nullable List<JsonNode> events) {}

    /// @param at in milliseconds since 1970; now unless told
    /// @param request the page it happened on
    private record EventForm(
            @Nullable String id,
            @Nullable Long user,
            @Nullable Long item,
            @Nullable String kind,
            @Nullable Long at,
            @Nullable String request,
            @Nullable String surface,
            @Nullable Float value) {
        UserEvent event(long nowMillis) {
            if (id == null || id.isBlank()) {
                throw RequestProblem.missing(
                        "id", "it must be a name of the event, the same when it is sent again");
            }
            if (user == null) {
                throw RequestProblem.missing("user", "it must be the id of who did it");
            }
            if (item == null) {
                throw RequestProblem.missing("item", "it must be the id of what it was done to");
            }
            if (kind == null) {
                throw RequestProblem.missing("kind", "it must be one of the configured kinds");
            }
            return new UserEvent(
                    id,
                    user,
                    item,
                    kind,
                    at == null ? nowMillis : at,
                    Optional.ofNullable(request),
                    surface == null ? "" : surface,
                    value == null ? 1 : value);
        }
    }

    /// What became of one event.
    ///
    /// @param row its place in the batch, counted from 0
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Result(int row, String status, String field, String detail) {
        static Result of(int row, EventOutcome outcome) {
            return new Result(
                    row,
                    outcome.status().name().toLowerCase(Locale.ROOT),
                    outcome.field(),
                    outcome.reason());
        }
    }

    private record Results(int stored, int duplicates, List<Result> results) {}

    private Answer record(Exchange exchange) {
        List<JsonNode> rows = Batches.bounded("events", exchange.body(EventsBody.class).events());
        EventOutcome[] outcomes = new EventOutcome[rows.size()];
        List<UserEvent> events = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        long now = clock.millis();
        for (int row = 0; row < outcomes.length; row++) {
            try {
                events.add(exchange.part(rows.get(row), EventForm.class).event(now));
                places.add(row);
            } catch (RequestProblem bad) {
                outcomes[row] =
                        new EventOutcome(
                                EventOutcome.Status.REFUSED,
                                bad.field(),
                                String.valueOf(bad.getMessage()));
            }
        }
        if (!events.isEmpty()) {
            List<EventOutcome> recorded = users.record(events).join();
            for (int i = 0; i < places.size(); i++) {
                outcomes[places.get(i)] = recorded.get(i);
            }
        }
        return answer(outcomes);
    }

    /// 200 when all are on disk, 503 when none could be, and 207 otherwise.
    private static Answer answer(EventOutcome[] outcomes) {
        if (count(outcomes, EventOutcome.Status.UNAVAILABLE) == outcomes.length) {
            throw new CallException(
                    Failure.UNAVAILABLE, "no event was acknowledged: " + outcomes[0].reason());
        }
        List<Result> results = new ArrayList<>();
        for (int row = 0; row < outcomes.length; row++) {
            results.add(Result.of(row, outcomes[row]));
        }
        boolean all = Arrays.stream(outcomes).allMatch(EventOutcome::isStored);
        return new Answer.Json(
                all ? 200 : MULTI_STATUS,
                new Results(
                        count(outcomes, EventOutcome.Status.STORED),
                        count(outcomes, EventOutcome.Status.DUPLICATE),
                        results));
    }

    private static int count(EventOutcome[] outcomes, EventOutcome.Status status) {
        return (int) Arrays.stream(outcomes).filter(one -> one.status() == status).count();
    }
}
