package dev.mobula.cluster.api;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The loop that learns from what was served: `GET /v1/loop`, `POST /v1/loop/turns`.
public final class LoopRoutes {
    private static final int ACCEPTED = 202;

    private final Supplier<LoopStatus> status;
    private final BooleanSupplier ask;

    /// @param status how the loop fares
    /// @param ask asks for a turn; false when one is under way
    public LoopRoutes(Supplier<LoopStatus> status, BooleanSupplier ask) {
        this.status = status;
        this.ask = ask;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/loop", Scope.ADMIN, exchange -> Answer.ok(status.get())),
                Route.post("/v1/loop/turns", Scope.ADMIN, this::turn));
    }

    private Answer turn(Exchange exchange) {
        if (!ask.getAsBoolean()) {
            throw new CallException(
                    Failure.REFUSED, "a turn is under way: GET /v1/loop tells of it");
        }
        return new Answer.Json(ACCEPTED, status.get());
    }
}
