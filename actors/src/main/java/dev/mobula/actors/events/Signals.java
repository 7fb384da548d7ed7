package dev.mobula.actors.events;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.Signal;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.shards.Answers;
import dev.mobula.retrieval.store.EventKind;
import dev.mobula.retrieval.store.EventKinds;
import dev.mobula.retrieval.store.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the candidate service what people saw and took to, a little after the events were written.
///
/// What it counts of signals is in memory and begins anew with it, so a signal is told once or, when the service is away
/// or the queue is full, not at all and counted here.
final class Signals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final int WAITING_MAX = 100_000;
    private static final int TOLD_AT_ONCE = 5_000;
    private static final long GATHER_MILLIS = 100;

    private final CandidateFinder candidates;
    private final EventKinds kinds;
    private final BlockingQueue<Signal> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    Signals(CandidateFinder candidates, EventKinds kinds) {
        this.candidates = candidates;
        this.kinds = kinds;
        this.thread = Thread.ofVirtual().name("mobula-signals").start(this::run);
    }

    void add(UserEvent event) {
        Optional<Signal> signal = kinds.find(event.kind()).flatMap(kind -> of(event, kind));
        if (signal.isPresent() && !waiting.offer(signal.get())) {
            dropped.incrementAndGet();
        }
    }

    /// What an event of this kind says to the sources of candidates.
    static Optional<Signal> of(UserEvent event, EventKind kind) {
        if (kind.weight() > 0) {
            return Optional.of(signal(event, Signal.Kind.HAD, kind.weight()));
        }
        return kind.weight() == 0 && kind.marksSeen()
                ? Optional.of(signal(event, Signal.Kind.SHOWN, 1))
                : Optional.empty();
    }

    private static Signal signal(UserEvent event, Signal.Kind kind, float weight) {
        return new Signal(event.user(), event.item(), kind, weight, event.atMillis());
    }

    long dropped() {
        return dropped.get();
    }

    private void run() {
        List<Signal> told = new ArrayList<>();
        try {
            while (!closed) {
                told.clear();
                told.add(waiting.take());
                TimeUnit.MILLISECONDS.sleep(GATHER_MILLIS);
                waiting.drainTo(told, TOLD_AT_ONCE - 1);
                tell(told);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(List<Signal> told) {
        try {
            Answers.await(candidates.tell(List.copyOf(told)));
        } catch (CallException away) {
            dropped.addAndGet(told.size());
            LOG.debug("{} signals were not told", told.size(), away);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
