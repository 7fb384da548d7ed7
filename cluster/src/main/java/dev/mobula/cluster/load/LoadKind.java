package dev.mobula.cluster.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mobula.cluster.client.Calls.Outcome;
import dev.mobula.cluster.client.MobulaClient;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What rows are, and which operation takes them.
public enum LoadKind {
    ITEMS,
    USERS,
    EDGES,
    EVENTS;

    private static final Set<String> ITEM_FIELDS =
            Set.of("id", "author", "created", "state", "attributes", "labels", "embedding");

    /// Sends a batch.
    Outcome send(MobulaClient client, List<JsonNode> rows) {
        return switch (this) {
            case ITEMS -> client.putRows("/v1/items", "items", rows);
            case USERS -> client.putRows("/v1/users", "users", rows);
            case EDGES -> client.putRows("/v1/edges", "edges", rows);
            case EVENTS -> client.recordRows(rows);
        };
    }

    /// A row of a flat table in the form of the operation: an item's further columns are its attributes.
    ObjectNode shaped(ObjectNode flat) {
        if (this != ITEMS || flat.has("attributes")) {
            return flat;
        }
        ObjectNode row = flat.objectNode();
        ObjectNode attributes = flat.objectNode();
        for (Map.Entry<String, JsonNode> field : flat.properties()) {
            ObjectNode place = ITEM_FIELDS.contains(field.getKey()) ? row : attributes;
            place.set(field.getKey(), field.getValue());
        }
        if (!attributes.isEmpty()) {
            row.set("attributes", attributes);
        }
        return row;
    }
}
