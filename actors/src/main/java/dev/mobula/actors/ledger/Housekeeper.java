package dev.mobula.actors.ledger;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.retrieval.RetrievalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a shard of the ledger does of its own accord, tick by tick, on a thread of its own.
final class Housekeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
    private static final int SWEEP_ROWS = 256;
    private static final int FLUSHES_MAX = 256;
    private static final long SPENDING_SECONDS = 5;
    private static final Duration PEERS_LIMIT = Duration.ofSeconds(2);

    private final LedgerStore store;
    private final LeaseKeeper leases;
    private final SpendingNote spending;
    private final Cluster cluster;
    private final List<ServiceRef> peers;
    private final ScheduledExecutorService thread;

    Housekeeper(
            String name,
            LedgerStore store,
            LeaseKeeper leases,
            SpendingNote spending,
            Cluster cluster,
            List<ServiceRef> peers) {
        this.store = store;
        this.leases = leases;
        this.spending = spending;
        this.cluster = cluster;
        this.peers = List.copyOf(peers);
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name(name + "-housekeeper").daemon().factory());
    }

    void start(Duration tick) {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::tick, tick.toNanos(), tick.toNanos(), TimeUnit.NANOSECONDS);
        var _ =
                thread.scheduleWithFixedDelay(
                        spending::keep, SPENDING_SECONDS, SPENDING_SECONDS, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            sweep();
            flush();
            leases.returnIdle();
            comparePeers();
        } catch (RetrievalException | CallException | CompletionException later) {
            LOG.debug("the next tick tries again", later);
        }
    }

    private void sweep() {
        long swept = SWEEP_ROWS;
        while (swept == SWEEP_ROWS) {
            Reply reply = store.apply(new Command.Sweep(SWEEP_ROWS)).join().reply();
            swept = reply instanceof Reply.Done(long rows) ? rows : 0;
        }
    }

    /// A digest that is due is made here and waits, reserved, for whoever asks for ready digests.
    private void flush() {
        int due = FLUSHES_MAX;
        while (due == FLUSHES_MAX) {
            List<Command.FlushDigest> digests = store.dueDigests(FLUSHES_MAX).join();
            digests.stream().map(store::apply).toList().forEach(CompletableFuture::join);
            due = digests.size();
        }
    }

    /// The middle of the others' clocks is what this one is held against; alone it has nothing to compare with.
    private void comparePeers() {
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (ServiceRef peer : peers) {
            asked.add(
                    cluster.call(
                            peer, Request.of(CapProtocol.TIME, new byte[0]).within(PEERS_LIMIT)));
        }
        List<Long> times = new ArrayList<>();
        for (CompletableFuture<byte[]> answer : asked) {
            try {
                times.add(new MessageReader(Answers.await(answer)).readLong());
            } catch (CallException away) {
                LOG.debug("a peer does not tell its time", away);
            }
        }
        if (!times.isEmpty()) {
            times.sort(null);
            store.comparePeers(times.get(times.size() / 2)).join();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (thread.awaitTermination(5, TimeUnit.SECONDS)) {
                spending.keep();
            } else {
                LOG.warn("housekeeping does not end in time");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
