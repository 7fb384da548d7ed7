package dev.mobula.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.store.Item;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Items, one and many: `PUT`, `GET` and `DELETE` of `/v1/items` and `/v1/items/{id}`.
public final class ItemRoutes {
    private static final int IDS_MAX = 200;
    private static final Duration READ_LIMIT = Duration.ofSeconds(2);

    private final ItemShards items;
    private final InstantSource clock;

    public ItemRoutes(ItemShards items, InstantSource clock) {
        this.items = items;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.put("/v1/items", Scope.WRITE, this::putMany),
                Route.get("/v1/items", Scope.FEED, this::getMany),
                Route.delete("/v1/items", Scope.WRITE, this::deleteMany),
                Route.put("/v1/items/{id}", Scope.WRITE, this::put),
                Route.get("/v1/items/{id}", Scope.FEED, this::get),
                Route.delete("/v1/items/{id}", Scope.WRITE, this::delete));
    }

    private record ItemsBody(@Nullable List<JsonNode> items) {}

    private Answer putMany(Exchange exchange) {
        long now = clock.millis();
        Set<Long> named = new HashSet<>();
        return Batches.answer(
                "items",
                exchange.body(ItemsBody.class).items(),
                row -> {
                    Item item = exchange.part(row, ItemForm.class).toItem(now);
                    if (!named.add(item.id())) {
                        throw new RequestProblem(
                                "id", item.id(), "stands in an earlier row of the batch too");
                    }
                    return item;
                },
                items::edit);
    }

    private Answer put(Exchange exchange) {
        items.edit(
                        List.of(
                                exchange.body(ItemForm.class)
                                        .toItem(exchange.pathId("id"), clock.millis())))
                .join();
        return Answer.done();
    }

    private record Found(List<ItemForm> items) {}

    /// In the order asked for; what is not there is left out.
    private Answer getMany(Exchange exchange) {
        long[] ids = exchange.queryIds("ids", IDS_MAX);
        Map<Long, Item> found =
                items.find(ids, READ_LIMIT).join().stream()
                        .collect(
                                Collectors.toMap(
                                        Item::id, Function.identity(), (one, same) -> one));
        return Answer.ok(
                new Found(
                        java.util.Arrays.stream(ids)
                                .distinct()
                                .filter(found::containsKey)
                                .mapToObj(found::get)
                                .map(item -> ItemForm.of(item, false))
                                .toList()));
    }

    private Answer get(Exchange exchange) {
        long id = exchange.pathId("id");
        return items.find(new long[] {id}, READ_LIMIT).join().stream()
                .findFirst()
                .map(item -> Answer.ok(ItemForm.of(item, true)))
                .orElseThrow(() -> RequestProblem.absent("id", id));
    }

    private Answer deleteMany(Exchange exchange) {
        items.delete(exchange.queryIds("ids", IDS_MAX)).join();
        return Answer.done();
    }

    private Answer delete(Exchange exchange) {
        items.delete(exchange.pathId("id")).join();
        return Answer.done();
    }
}
