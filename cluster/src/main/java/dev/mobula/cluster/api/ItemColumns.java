package dev.mobula.cluster.api;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.filters.Columns;
import dev.mobula.retrieval.store.Item;
import java.util.List;

/// A few items as the columns that filters read.
record ItemColumns(AttributeSchema schema, List<Item> items, List<Attributes> rows)
        implements Columns {
    static ItemColumns of(ItemShardSettings settings, List<Item> items) {
        return new ItemColumns(
                settings.schema(), items, items.stream().map(settings::attributesOf).toList());
    }

    @Override
    public long id(int row) {
        return items.get(row).id();
    }

    @Override
    public long value(int column, int row) {
        return rows.get(row).value(column);
    }
}
