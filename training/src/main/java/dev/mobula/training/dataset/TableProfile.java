package dev.mobula.training.dataset;

import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import java.util.ArrayList;
import java.util.List;

/// What every column of a table is like, in one pass.
public record TableProfile(long rows, List<ColumnProfile> columns) {
    private static final int READ_ROWS = 8_192;

    public TableProfile {
        columns = List.copyOf(columns);
    }

    public static TableProfile of(TableReader reader, Progress progress) {
        List<ColumnSketch> sketches = new ArrayList<>();
        reader.schema().columns().forEach(column -> sketches.add(new ColumnSketch(column)));
        Rows batch = new Rows(reader.schema());
        long rows = 0;
        while (reader.next(batch, READ_ROWS)) {
            for (int c = 0; c < sketches.size(); c++) {
                sketches.get(c).add(batch.values(c));
            }
            rows += batch.size();
            progress.rows(rows, reader.done().orElse(-1));
        }
        return new TableProfile(rows, sketches.stream().map(ColumnSketch::profile).toList());
    }
}
