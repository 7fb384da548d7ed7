package dev.mobula.cluster.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.Values;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import java.nio.file.Path;
import java.util.List;

/// A table of columns (CSV, TSV, Arrow, Parquet) as rows of JSON; a missing value is left out.
final class TableFileSource implements LoadSource {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final TableReader reader;
    private final Rejects rejects;
    private final Rows batch;
    private long number;

    private TableFileSource(TableReader reader, Rejects rejects) {
        this.reader = reader;
        this.rejects = rejects;
        batch = new Rows(reader.schema());
    }

    static TableFileSource open(Path file, List<String> columns, long rejectsMax) {
        Rejects rejects = new Rejects(rejectsMax);
        return new TableFileSource(TableSource.open(file, columns, rejects), rejects);
    }

    @Override
    public boolean next(List<Row> rows, int max) {
        if (!reader.next(batch, max)) {
            return false;
        }
        for (int i = 0; i < batch.size(); i++) {
            rows.add(new Row(++number, row(i)));
        }
        return true;
    }

    private ObjectNode row(int index) {
        ObjectNode row = NODES.objectNode();
        for (int i = 0; i < batch.schema().size(); i++) {
            Column column = batch.schema().column(i);
            Values values = batch.values(i);
            if (!values.isMissing(index)) {
                put(row, column, values, index);
            }
        }
        return row;
    }

    private static void put(ObjectNode row, Column column, Values values, int index) {
        String name = column.name();
        switch (values) {
            case Values.Wholes wholes when column.kind() == Column.Kind.FLAG ->
                    row.put(name, wholes.get(index) != 0);
            case Values.Wholes wholes when column.kind() == Column.Kind.INSTANT ->
                    row.put(name, wholes.get(index) / 1_000);
            case Values.Wholes wholes -> row.put(name, wholes.get(index));
            case Values.Numbers numbers -> row.put(name, numbers.get(index));
            case Values.Reals reals -> row.put(name, reals.get(index));
            case Values.Texts texts -> row.put(name, texts.get(index));
            case Values.Lists lists -> row.set(name, list(lists, index));
        }
    }

    private static ArrayNode list(Values.Lists lists, int index) {
        ArrayNode list = NODES.arrayNode();
        for (int at = lists.start(index); at < lists.start(index) + lists.length(index); at++) {
            switch (lists.elements()) {
                case Values.Wholes wholes -> list.add(wholes.get(at));
                case Values.Numbers numbers -> list.add(numbers.get(at));
                case Values.Reals reals -> list.add(reals.get(at));
                case Values.Texts texts -> list.add(texts.get(at));
                case Values.Lists nested ->
                        throw new IllegalStateException(
                                "a list of lists of " + nested.size() + " is no column");
            }
        }
        return list;
    }

    @Override
    public double done() {
        return reader.done().orElse(-1);
    }

    @Override
    public long unreadable() {
        return rejects.count();
    }

    @Override
    public void close() {
        reader.close();
    }
}
