package dev.mobula.actors.notify;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.Answers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// The prices in force, as a process sees them: whole versions, never a mixture, and the last good ones while nobody can
/// be asked.
public final class PriceBoard {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Cluster cluster;
    private final ServiceRef board;
    private final LongSupplier nanoTime;
    private final AtomicReference<Seen> seen;

    /// @param under whether somebody is asking already
    private record Seen(PriceSheet sheet, long askedNanos, long answeredNanos, boolean under) {}

    private PriceBoard(Cluster cluster, ServiceRef board, LongSupplier nanoTime) {
        this.cluster = cluster;
        this.board = board;
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        seen = new AtomicReference<>(new Seen(fetch(), now, now, false));
    }

    /// The board of that name, started when it does not run.
    public static PriceBoard open(Cluster cluster, String name, LongSupplier nanoTime) {
        ServiceRef board =
                cluster.lookup(name)
                        .orElseGet(
                                () ->
                                        cluster.spawn(
                                                ServiceSpec.named(
                                                                name,
                                                                PriceBoardService.Factory.class)
                                                        .state(StateKind.LOCAL)
                                                        .build()));
        return new PriceBoard(cluster, board, nanoTime);
    }

    /// What to decide by now; asks for news in the background at most once a second.
    public PriceSheet current() {
        Seen last = seen.get();
        long now = nanoTime.getAsLong();
        if (!last.under && now - last.askedNanos >= FRESH_NANOS) {
            Seen asking = new Seen(last.sheet, now, last.answeredNanos, true);
            if (seen.compareAndSet(last, asking)) {
                var _ = ask().whenComplete((sheet, failed) -> heard(asking, sheet, failed));
            }
        }
        return last.sheet;
    }

    private void heard(Seen asking, PriceSheet sheet, Throwable failed) {
        seen.compareAndSet(
                asking,
                failed == null
                        ? new Seen(sheet, asking.askedNanos, nanoTime.getAsLong(), false)
                        : new Seen(asking.sheet, asking.askedNanos, asking.answeredNanos, false));
    }

    /// Whether nobody has confirmed the prices for half a minute: a warning, not a reason to stop.
    public boolean stale() {
        return nanoTime.getAsLong() - seen.get().answeredNanos > STALE_NANOS;
    }

    private CompletableFuture<PriceSheet> ask() {
        return cluster.call(
                        board,
                        Request.of(PriceBoardService.GET, new byte[0]).within(LIMIT).retried())
                .thenApply(PriceSheet.CODEC::decode);
    }

    private PriceSheet fetch() {
        return Answers.await(ask());
    }

    /// Puts new prices in force for everybody. Their version must be the next one; what is no price is refused, and the last
    /// good ones go on.
    ///
    /// @throws CallException `REFUSED` with what is wrong
    public PriceSheet publish(PriceSheet sheet) {
        return put(PriceBoardService.PUBLISH, PriceSheet.CODEC.encode(sheet));
    }

    /// Puts other curves or another rule in force for everybody, with the prices as they are.
    public PriceSheet learn(Learned learned) {
        return put(PriceBoardService.LEARN, Learned.CODEC.encode(learned));
    }

    /// What is decided by now, beside the prices.
    public Learned learned(long nowMillis) {
        return Learned.of(fetch(), nowMillis, "");
    }

    /// What was decided by of late, the oldest first: the last is in force unless nothing was ever learned.
    public List<Learned> history() {
        Request request =
                Request.of(PriceBoardService.HISTORY, new byte[0]).within(LIMIT).retried();
        return Learned.LIST.decode(Answers.await(cluster.call(board, request)));
    }

    private PriceSheet put(int op, byte[] message) {
        Request request = Request.of(op, message).within(LIMIT);
        PriceSheet inForce = PriceSheet.CODEC.decode(Answers.await(cluster.call(board, request)));
        long now = nanoTime.getAsLong();
        seen.set(new Seen(inForce, now, now, false));
        return inForce;
    }
}
