package dev.mobula.cluster.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.cluster.client.Calls.Outcome;
import dev.mobula.cluster.client.Calls.Refused;
import dev.mobula.cluster.client.MobulaClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;

/*
 * Batch after batch in the order of the file, so of two rows about one thing the later stays. Every write may be done
 * twice without harm, so a load that was interrupted is simply run again.
 */
/// Loads a file of rows into a running engine.
public final class BulkLoad {
    private static final int SHOWN_MAX = 10;

    private final MobulaClient client;
    private final LoadKind kind;
    private final int batchRows;
    private final long refusedMax;

    /// @param refusedMax how many refused rows are set aside before the load ends
    public BulkLoad(MobulaClient client, LoadKind kind, int batchRows, long refusedMax) {
        this.client = client;
        this.kind = kind;
        this.batchRows = batchRows;
        this.refusedMax = refusedMax;
    }

    /// What became of a file.
    ///
    /// @param shown the first refusals, in words
    public record Loaded(long accepted, long refused, List<String> shown) {
        public Loaded {
            shown = List.copyOf(shown);
        }
    }

    /// Loads a file and tells how far it has come, as a share.
    ///
    /// @param columns of a table, `name` or `name:kind`; none for all
    public Loaded load(Path file, List<String> columns, DoubleConsumer progress)
            throws IOException {
        try (LoadSource source = open(file, columns)) {
            List<LoadSource.Row> rows = new ArrayList<>();
            List<String> shown = new ArrayList<>();
            long accepted = 0;
            long refused = 0;
            while (source.next(rows, batchRows)) {
                Outcome outcome = kind.send(client, json(rows));
                accepted += outcome.accepted();
                refused += outcome.refused().size();
                for (Refused row : outcome.refused()) {
                    if (shown.size() < SHOWN_MAX) {
                        shown.add("row " + rows.get(row.row()).number() + ": " + row.detail());
                    }
                }
                if (refused + source.unreadable() > refusedMax) {
                    throw new IOException(
                            file
                                    + ": more than "
                                    + refusedMax
                                    + " rows were refused; the first: "
                                    + String.join("; ", shown));
                }
                rows.clear();
                progress.accept(source.done());
            }
            return new Loaded(accepted, refused + source.unreadable(), shown);
        }
    }

    private List<JsonNode> json(List<LoadSource.Row> rows) {
        return rows.stream().<JsonNode>map(row -> kind.shaped(row.json())).toList();
    }

    private LoadSource open(Path file, List<String> columns) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        return plain.endsWith(".jsonl") || plain.endsWith(".ndjson")
                ? JsonLineSource.open(file)
                : TableFileSource.open(file, columns, refusedMax);
    }
}
