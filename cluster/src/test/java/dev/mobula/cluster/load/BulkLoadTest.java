package dev.mobula.cluster.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.engine.SmallEngine;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.data.ParquetWriting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BulkLoadTest {
    @TempDir private static Path state;
    @TempDir private Path folder;

    private SmallEngine small;

    @BeforeAll
    void start() {
        small = new SmallEngine(state);
    }

    @AfterAll
    void end() {
        small.close();
    }

    private BulkLoad.Loaded load(LoadKind kind, Path file, long refusedMax, String... columns)
            throws IOException {
        List<Double> shares = new ArrayList<>();
        BulkLoad.Loaded loaded =
                new BulkLoad(small.client, kind, 3, refusedMax)
                        .load(file, List.of(columns), shares::add);
        assertThat(shares).isSorted().allMatch(share -> share <= 1);
        return loaded;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void linesOfJsonAreRowsAsTheOperationTakesThem() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 10; i++) {
            lines.append(
                    "{\"id\": %d, \"author\": 2, \"title\": \"row %d\", \"embedding\": [1, 2, 3, %d]}\n\n"
                            .formatted(i, i, i));
        }
        Path items = file("items.jsonl", lines.toString());
        assertThat(load(LoadKind.ITEMS, items, 0).accepted()).isEqualTo(10);
        assertThat(small.client.item(7).orElseThrow().attributes()).containsEntry("title", "row 7");
        assertThat(load(LoadKind.ITEMS, items, 0).accepted()).as("again").isEqualTo(10);

        Path edges = file("edges.jsonl", "{\"user\": 1, \"kind\": \"follows\", \"target\": 2}\n");
        assertThat(load(LoadKind.EDGES, edges, 0).accepted()).isEqualTo(1);
        Path users = file("users.jsonl", "{\"id\": 1, \"topics\": [\"tea\", \"rain\"]}\n");
        assertThat(load(LoadKind.USERS, users, 0).accepted()).isEqualTo(1);
        Path events =
                file(
                        "events.jsonl",
                        """
                        {"id": "a", "user": 1, "item": 7, "kind": "like"}
                        {"id": "a", "user": 1, "item": 7, "kind": "like"}
                        {"id": "b", "user": 1, "item": 8, "kind": "view"}
                        """);
        assertThat(load(LoadKind.EVENTS, events, 0).accepted()).isEqualTo(3);
        assertThat(small.client.user(1).at("/counters/event.like").asLong()).isEqualTo(1);
        assertThat(small.client.user(1).at("/follows/0").asLong()).isEqualTo(2);
        assertThat(small.client.user(1).at("/preferences/topics/1").asText()).isEqualTo("rain");
    }

    @Test
    void furtherColumnsOfATableAreAttributes() throws Exception {
        Path csv = file("items.csv", "id,author,title,likes\n31,4,the first,5\n32,4,the second,\n");
        assertThat(load(LoadKind.ITEMS, csv, 0).accepted()).isEqualTo(2);
        ItemRow first = small.client.item(31).orElseThrow();
        assertThat(first.attributes())
                .containsEntry("title", "the first")
                .containsEntry("likes", 5);
        assertThat(small.client.item(32).orElseThrow().attributes()).doesNotContainKey("likes");
    }

    @Test
    void parquetWithEmbeddingsIsLoaded() throws Exception {
        TableSchema schema =
                TableSchema.of(
                        Column.of("id", Column.Kind.WHOLE),
                        Column.of("author", Column.Kind.WHOLE),
                        Column.of("title", Column.Kind.TEXT),
                        Column.of("embedding", Column.Kind.REALS));
        Rows rows = new Rows(schema);
        for (int i = 0; i < 7; i++) {
            rows.wholes(0).add(51 + i);
            rows.wholes(1).add(9);
            rows.texts(2).add("parquet " + i);
            rows.lists(3).add(0f, i, 0f, 0f);
            rows.endRow();
        }
        Path parquet = folder.resolve("items.parquet");
        try (ParquetWriting writing = ParquetWriting.create(parquet, schema)) {
            writing.write(rows);
            writing.publish();
        }
        assertThat(load(LoadKind.ITEMS, parquet, 0).accepted()).isEqualTo(7);
        assertThat(small.client.item(55).orElseThrow().embedding()).containsExactly(0, 4, 0, 0);
    }

    @Test
    void badRowsAreToldWithTheirLinesAndEndTheLoadWhenTheyAreTooMany() throws Exception {
        Path items =
                file(
                        "bad.jsonl",
                        """
                        {"id": 71, "author": 1}
                        {"id": 72}

                        {"id": 73, "author": 1, "embedding": [1]}
                        {"id": 74, "author": 1}
                        """);
        BulkLoad.Loaded loaded = load(LoadKind.ITEMS, items, 2);
        assertThat(loaded.accepted()).isEqualTo(2);
        assertThat(loaded.shown()).hasSize(2);
        assertThat(loaded.shown().get(0)).startsWith("row 2: author is missing");
        assertThat(loaded.shown().get(1)).startsWith("row 4: embedding of item 73");
        assertThatThrownBy(() -> load(LoadKind.ITEMS, items, 1))
                .hasMessageContaining("more than 1 rows were refused")
                .hasMessageContaining("row 2");
        Path noJson = file("no.jsonl", "{\"id\": 1,\n");
        assertThatThrownBy(() -> load(LoadKind.ITEMS, noJson, 0))
                .hasMessageContaining("no.jsonl:1: is not JSON");
    }
}
