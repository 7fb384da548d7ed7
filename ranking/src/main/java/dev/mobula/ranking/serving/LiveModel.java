package dev.mobula.ranking.serving;

import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// One version in service: its ranker, its calibrators, and working memory for as many threads as score with it.
///
/// Closed, it lends nothing more and frees its engine when the last lease comes back.
public final class LiveModel implements AutoCloseable {
    private final Ranker ranker;
    private final Calibrators calibrators;
    private final int candidatesMax;
    private final ConcurrentLinkedQueue<Ranker.Session> idle = new ConcurrentLinkedQueue<>();

    /// Leases out, and one more until this is closed; 0 for ever once the engine is freed.
    private final AtomicInteger holders = new AtomicInteger(1);

    private final AtomicInteger closings = new AtomicInteger();

    /// Owns the ranker.
    public LiveModel(Ranker ranker, Calibrators calibrators, int candidatesMax) {
        this.ranker = ranker;
        this.calibrators = calibrators;
        this.candidatesMax = candidatesMax;
    }

    public RankingModel model() {
        return ranker.model();
    }

    public Ranker ranker() {
        return ranker;
    }

    public Calibrators calibrators() {
        return calibrators;
    }

    /// Working memory for one thread until it is closed; nothing when this model is closed.
    public Optional<Lease> lease() {
        int before = holders.getAndUpdate(count -> count == 0 ? 0 : count + 1);
        if (before == 0 || closings.get() > 0) {
            if (before > 0) {
                release();
            }
            return Optional.empty();
        }
        Ranker.Session session = idle.poll();
        return Optional.of(new Lease(session == null ? ranker.open(candidatesMax) : session));
    }

    /// A session that returns to its model when closed.
    public final class Lease implements AutoCloseable {
        private final Ranker.Session session;

        private Lease(Ranker.Session session) {
            this.session = session;
        }

        public Ranker.Session session() {
            return session;
        }

        @Override
        public void close() {
            idle.add(session);
            release();
        }
    }

    private void release() {
        if (holders.decrementAndGet() == 0) {
            idle.forEach(Ranker.Session::close);
            idle.clear();
            ranker.close();
        }
    }

    @Override
    public void close() {
        if (closings.getAndIncrement() == 0) {
            release();
        }
    }
}
