package dev.mobula.actors.ledger;

import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Ledger;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.Rows;
import dev.mobula.ranking.notify.ledger.ShardClock;
import dev.mobula.ranking.notify.ledger.Spent;
import dev.mobula.ranking.notify.ledger.Table;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One shard's ledger on disk: an answer is given once everything it depends on is synced, and still ours.
public final class LedgerStore implements AutoCloseable {
    /*
     * The store runs commands one after the other on its own thread. All rows of a command go into
     * one write batch, and the batches of all commands that queued up during a sync share the next
     * sync. After it the ownership is confirmed once; only then are the answers given. So a crash
     * leaves a prefix of the commands, each whole, and every answered one is in it.
     *
     * A copy of the rows carries a mark. Whoever opens rows with the mark opens a past: messages may
     * have been sent since that these rows do not know of. They are sealed before anything else.
     */
    /// The name of the mark.
    static final String PAST = "PAST";

    private static final String WHAT = "ledger";
    private static final long COMMAND_BYTES = 2_048;
    private static final List<String> FAMILIES =
            Arrays.stream(Table.values()).map(Table::family).toList();

    private final RowStore rows;
    private final Ledger ledger;
    private final long epoch;
    private final ShardClock clock;
    private final Clocks clocks;

    /// The two clocks a ledger goes by: of the wall in milliseconds, and one that only goes forward in nanoseconds.
    public record Clocks(LongSupplier wallMillis, LongSupplier monotonicNanos) {
        /// Those of the machine.
        public static final Clocks MACHINE =
                new Clocks(System::currentTimeMillis, System::nanoTime);
    }

    private LedgerStore(RowStore rows, Ledger ledger, long epoch, ShardClock clock, Clocks clocks) {
        this.rows = rows;
        this.ledger = ledger;
        this.epoch = epoch;
        this.clock = clock;
        this.clocks = clocks;
    }

    /// Opens the ledger of a service that owns its state.
    public static LedgerStore open(StateDirectory state, Clocks clocks) {
        return open(
                StoreOptions.at(state.path().resolve(WHAT)),
                state.epoch(),
                state::requireOwned,
                clocks);
    }

    /// Opens a ledger whose ownership is confirmed by the caller.
    ///
    /// @param claim the number of the owner's claim
    /// @param requireOwned throws when the rows belong to another by now
    public static LedgerStore open(
            StoreOptions options, long claim, Runnable requireOwned, Clocks clocks) {
        Path past = options.directory().resolve(PAST);
        RowStore rows = RowStore.open(options, WHAT, FAMILIES, requireOwned);
        try {
            Rows stored = new Stored(rows);
            long epoch = Math.max(claim, Ledger.storedEpoch(stored) + 1);
            ShardClock clock =
                    new ShardClock(
                            Ledger.storedMillis(stored),
                            clocks.wallMillis().getAsLong(),
                            clocks.monotonicNanos().getAsLong());
            LedgerStore store = new LedgerStore(rows, new Ledger(epoch), epoch, clock, clocks);
            boolean isPast = Files.exists(past);
            Reply taken =
                    store.apply(isPast ? new Command.Seal() : new Command.TakeOver())
                            .join()
                            .reply();
            if (!(taken instanceof Reply.Done)) {
                throw new RetrievalException(Code.CORRUPT, "ledger of " + options + ": " + taken);
            }
            if (isPast) {
                Files.delete(past);
            }
            return store;
        } catch (IOException e) {
            rows.close();
            throw new RetrievalException(Code.IO, past + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /// The number that the grants of this owner carry.
    public long epoch() {
        return epoch;
    }

    /// Carries a command out. Fails with `FULL` when too much waits for the disk, and for ever with `CLOSED` once another
    /// owns the rows; what was asked in vain may have happened, and its key or reservation says so.
    public CompletableFuture<Outcome> apply(Command command) {
        return rows.submit(batch -> apply(command, batch), COMMAND_BYTES);
    }

    /// On the store's thread, so that time goes on from command to command.
    private Outcome apply(Command command, RowStore.RowBatch batch) {
        long wall = clocks.wallMillis().getAsLong();
        long nanos = clocks.monotonicNanos().getAsLong();
        return LedgerRows.store(
                ledger.apply(command, clock.read(wall, nanos), new LedgerRows(batch)), batch);
    }

    /// The time of this ledger.
    public CompletableFuture<Long> millis() {
        return rows.submit(
                batch ->
                        clock.read(
                                        clocks.wallMillis().getAsLong(),
                                        clocks.monotonicNanos().getAsLong())
                                .millis(),
                0);
    }

    /// The digests that are due by the ledger's own time, at most so many.
    public CompletableFuture<List<Command.FlushDigest>> dueDigests(int max) {
        return rows.submit(
                batch -> {
                    long wall = clocks.wallMillis().getAsLong();
                    long nanos = clocks.monotonicNanos().getAsLong();
                    return Ledger.dueDigests(
                            new LedgerRows(batch), clock.read(wall, nanos).millis(), max);
                },
                0);
    }

    /// What was granted, begun and denied of late, a statistic.
    public CompletableFuture<List<Spent>> spending() {
        return rows.submit(batch -> ledger.spending().all(), 0);
    }

    /// Adds what was counted before this store was opened.
    CompletableFuture<Boolean> addSpending(List<Spent> before) {
        return rows.submit(
                batch -> {
                    ledger.spending().add(before);
                    return true;
                },
                0);
    }

    /// Compares the clock with the time of the other shards.
    public CompletableFuture<Boolean> comparePeers(long peersMillis) {
        return rows.submit(
                batch -> {
                    clock.comparePeers(peersMillis);
                    return true;
                },
                0);
    }

    /// Believes the wall after a leap.
    public CompletableFuture<Boolean> trustWall() {
        return rows.submit(
                batch -> {
                    clock.trust(
                            clocks.wallMillis().getAsLong(), clocks.monotonicNanos().getAsLong());
                    return true;
                },
                0);
    }

    /// Copies the ledger as it is into a new directory. Whoever opens the copy finds every window that has begun by then
    /// exhausted.
    public void backUp(Path directory) {
        rows.copyTo(directory);
        Path past = directory.resolve(PAST);
        try (FileChannel mark =
                        FileChannel.open(
                                past, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            mark.force(true);
            folder.force(true);
        } catch (IOException e) {
            throw new RetrievalException(Code.IO, past + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        rows.close();
    }

    /// The rows before the first command.
    private record Stored(RowStore rows) implements Rows {
        @Override
        public byte @Nullable [] get(Table table, byte[] key) {
            return rows.get(table.family(), key);
        }

        @Override
        public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
            throw new UnsupportedOperationException("scan outside a command");
        }
    }
}
