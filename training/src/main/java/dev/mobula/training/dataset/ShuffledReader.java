package dev.mobula.training.dataset;

import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Gives a data set's rows, or its first ones, in a [RowOrder], batch after batch, epoch after epoch, from any [Cursor].
///
/// While one window of rows is given, a thread reads the next. Of each global batch a worker may take its share only;
/// cursors count global rows and are the same at all workers. For one thread.
public final class ShuffledReader implements AutoCloseable {
    private final Dataset data;
    private final RowOrder order;
    private final TableSchema columns;
    private final LogReader reader;
    private final ExecutorService ahead;
    private final String identity;
    private long given;
    private @Nullable Window current;
    private @Nullable CompletableFuture<Window> next;
    private long nextOrdinal = -1;

    /// One window of one epoch: its rows as they lie, and the order to give them in.
    private record Window(long ordinal, Rows rows, int[] order) {}

    public ShuffledReader(Dataset data, List<String> columns, RowOrder order) {
        if (order.rows() > data.rows()) {
            throw TrainingException.invalid(
                    "rows of the order", order.rows(), "must be at most " + data.rows());
        }
        this.data = data;
        this.order = order;
        this.columns = data.schema().only(columns);
        this.reader = data.view().reader(columns);
        this.identity =
                DurableFile.sha256(
                                (data.fingerprint() + order + this.columns.columns())
                                        .getBytes(StandardCharsets.UTF_8))
                        .substring(0, 16);
        this.ahead =
                Executors.newSingleThreadExecutor(
                        task -> Thread.ofPlatform().daemon().name("data-ahead").unstarted(task));
    }

    public TableSchema schema() {
        return columns;
    }

    /// Names the data, the columns and the order: equal means equal rows in equal order.
    public String identity() {
        return identity;
    }

    /// How many epochs were given to their end.
    public long epoch() {
        return given / order.epochRows();
    }

    public Cursor cursor() {
        return new Cursor(given, identity);
    }

    /// Goes on from a cursor of the same data in the same order, or refuses.
    public void seek(Cursor cursor) {
        if (!cursor.order().equals(identity)) {
            throw TrainingException.invalid(
                    "cursor",
                    cursor,
                    "is of other data or another order than " + identity + ": " + data.folder());
        }
        given = cursor.rows();
    }

    /// Fills the batch with the next global batch. At the end of an epoch a batch may be smaller.
    public void next(Rows batch) {
        next(batch, 0, 1);
    }

    /// Fills the batch with a worker's share of the next global batch; every worker makes the same calls. How many rows
    /// the global batch has.
    public int next(Rows batch, int worker, int workers) {
        if (workers < 1 || worker < 0 || worker >= workers) {
            throw TrainingException.invalid("worker", worker + " of " + workers, "must be there");
        }
        batch.clear();
        long inEpoch = given % order.epochRows();
        int size = (int) Math.min(order.batchRows(), order.epochRows() - inEpoch);
        int from = (int) ((long) size * worker / workers);
        int to = (int) ((long) size * (worker + 1) / workers);
        long epoch = epoch();
        for (long at = inEpoch + from; at < inEpoch + to; ) {
            Window window = window(epoch, at);
            long start = (window.ordinal() % order.windows()) * order.window();
            int offset = (int) (at - start);
            int end = (int) Math.min(window.order().length, inEpoch + to - start);
            for (int i = offset; i < end; i++) {
                batch.addFrom(window.rows(), window.order()[i]);
            }
            at = start + end;
        }
        given += size;
        return size;
    }

    /// The window with this place of the epoch, and the one after it asked for.
    private Window window(long epoch, long place) {
        long ordinal = epoch * order.windows() + place / order.window();
        Window window = current;
        if (window == null || window.ordinal() != ordinal) {
            window = take(ordinal, window == null ? null : window.rows());
            current = window;
        }
        return window;
    }

    private Window take(long ordinal, @Nullable Rows spare) {
        CompletableFuture<Window> wanted = next;
        if (wanted == null || nextOrdinal != ordinal) {
            wanted = ask(ordinal, null);
        }
        Window window;
        try {
            window = wanted.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
        nextOrdinal = ordinal + 1;
        next = ask(nextOrdinal, spare);
        return window;
    }

    private CompletableFuture<Window> ask(long ordinal, @Nullable Rows spare) {
        return CompletableFuture.supplyAsync(() -> read(ordinal, spare), ahead);
    }

    private Window read(long ordinal, @Nullable Rows spare) {
        long epoch = ordinal / order.windows();
        int window = order.windowOrder(epoch)[(int) (ordinal % order.windows())];
        Rows rows = spare == null ? new Rows(columns) : spare;
        rows.clear();
        reader.read(data.view().firstRow() + order.start(window), order.size(window), rows);
        return new Window(ordinal, rows, order.rowOrder(epoch, window));
    }

    @Override
    public void close() {
        ahead.close();
        reader.close();
    }
}
