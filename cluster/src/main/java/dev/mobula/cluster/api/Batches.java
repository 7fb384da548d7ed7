package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.retrieval.RetrievalException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * Rows that cannot be read are refused here. The others are written together; when their owner refuses the batch, each
 * half is written alone, and so on down to the rows at fault. Writes are idempotent, so what is written twice does no
 * harm, and n bad rows of m cost about n log m calls.
 */
/// A batch of rows of which the bad ones cost only themselves.
final class Batches {
    /// The most rows of a batch.
    static final int ROWS_MAX = 1_000;

    private static final int MULTI_STATUS = 207;
    private static final Pattern NAMED =
            Pattern.compile("^(.{1,100}?)=(.*?): (.*)", Pattern.DOTALL);

    private Batches() {}

    /// What became of a batch.
    record Outcome(int accepted, List<Refusal> refused) {}

    /// One row that was not taken: its place in the batch, counted from 0, and what is wrong with it.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Refusal(int row, @Nullable String field, @Nullable String value, String detail) {
        static Refusal of(int row, RuntimeException bad) {
            String detail = String.valueOf(bad.getMessage());
            if (bad instanceof RequestProblem problem) {
                return new Refusal(row, problem.field(), problem.value(), detail);
            }
            Matcher named = NAMED.matcher(detail);
            return named.matches()
                    ? new Refusal(row, named.group(1), named.group(2), detail)
                    : new Refusal(row, null, null, detail);
        }
    }

    private record Row<T>(int number, T value) {}

    /// Reads and writes rows; the answer is 200 when all were taken and 207 when some were not.
    static <T> Answer answer(
            String field,
            @Nullable List<JsonNode> rows,
            Function<JsonNode, T> read,
            Function<List<T>, CompletableFuture<Void>> write) {
        List<Refusal> refused = new ArrayList<>();
        List<Row<T>> good = new ArrayList<>();
        List<JsonNode> all = bounded(field, rows);
        for (int i = 0; i < all.size(); i++) {
            try {
                good.add(new Row<>(i, read.apply(all.get(i))));
            } catch (RequestProblem | RetrievalException | IllegalArgumentException bad) {
                refused.add(Refusal.of(i, bad));
            }
        }
        writeAll(good, write, refused);
        refused.sort(Comparator.comparingInt(Refusal::row));
        return new Answer.Json(
                refused.isEmpty() ? 200 : MULTI_STATUS,
                new Outcome(all.size() - refused.size(), refused));
    }

    static List<JsonNode> bounded(String field, @Nullable List<JsonNode> rows) {
        if (rows == null || rows.isEmpty()) {
            throw RequestProblem.missing(field, "it must be a list of 1.." + ROWS_MAX + " rows");
        }
        if (rows.size() > ROWS_MAX) {
            throw new RequestProblem(
                    field, rows.size() + " rows", "are too many; at most " + ROWS_MAX);
        }
        return rows;
    }

    private static <T> void writeAll(
            List<Row<T>> rows,
            Function<List<T>, CompletableFuture<Void>> write,
            List<Refusal> refused) {
        if (rows.isEmpty()) {
            return;
        }
        try {
            write.apply(rows.stream().map(Row::value).toList()).join();
        } catch (CompletionException failed) {
            if (!(failed.getCause() instanceof CallException typed)
                    || typed.failure() != Failure.REFUSED) {
                throw failed;
            }
            if (rows.size() == 1) {
                refused.add(Refusal.of(rows.getFirst().number(), typed));
                return;
            }
            int half = rows.size() / 2;
            writeAll(rows.subList(0, half), write, refused);
            writeAll(rows.subList(half, rows.size()), write, refused);
        }
    }
}
