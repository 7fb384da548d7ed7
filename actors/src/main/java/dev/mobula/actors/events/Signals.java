package dev.mobula.actors.events;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.Signal;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.shards.Answers;
import dev.mobula.retrieval.store.EventKind;
import dev.mobula.retrieval.store.EventKinds;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * What the candidate service counts of signals is in memory. Each of its replicas answers with the number of its instance
 * and whether it knows the past; one that does not is told the newest PAST_ROWS events of the segments, it alone, so that
 * the others do not count them twice. What is told to everybody while it starts may be in both, which is a tenth of a
 * second's worth. When nothing happens an empty telling asks now and then who is there.
 */
/// Tells the candidate service what people saw and took to, a little after the events were written, and the newest of it
/// again when the service has started anew.
///
/// A signal is told once or, when the service is away or the queue is full, not at all and counted here.
final class Signals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final int WAITING_MAX = 100_000;
    private static final int TOLD_AT_ONCE = 5_000;
    private static final long PAST_ROWS = 200_000;
    private static final long GATHER_MILLIS = 100;
    private static final long IDLE_MILLIS = 1_000;

    private final CandidateFinder candidates;
    private final EventKinds kinds;
    private final FeedbackSegments segments;
    private final BlockingQueue<Signal> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    Signals(CandidateFinder candidates, EventKinds kinds, FeedbackSegments segments) {
        this.candidates = candidates;
        this.kinds = kinds;
        this.segments = segments;
        this.thread = Thread.ofVirtual().name("mobula-signals").start(this::run);
    }

    void add(UserEvent event) {
        Optional<Signal> signal =
                signal(event.user(), event.item(), event.kind(), event.atMillis());
        if (signal.isPresent() && !waiting.offer(signal.get())) {
            dropped.incrementAndGet();
        }
    }

    /// What an event of this kind says to the sources of candidates.
    private Optional<Signal> signal(long user, long item, String name, long atMillis) {
        Optional<EventKind> kind = kinds.find(name);
        if (kind.isPresent() && kind.get().weight() > 0) {
            float weight = kind.get().weight();
            return Optional.of(new Signal(user, item, Signal.Kind.HAD, weight, atMillis));
        }
        return kind.filter(one -> one.weight() == 0 && one.marksSeen())
                .map(one -> new Signal(user, item, Signal.Kind.SHOWN, 1, atMillis));
    }

    long dropped() {
        return dropped.get();
    }

    private void run() {
        List<Signal> told = new ArrayList<>();
        try {
            while (!closed) {
                told.clear();
                Signal first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    told.add(first);
                    TimeUnit.MILLISECONDS.sleep(GATHER_MILLIS);
                    waiting.drainTo(told, TOLD_AT_ONCE - 1);
                }
                tell(told);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(List<Signal> told) {
        try {
            for (CandidateFinder.Listening one :
                    Answers.await(candidates.tell(List.copyOf(told)))) {
                if (!one.knowsPast()) {
                    tellPast(one.instance());
                }
            }
        } catch (CallException | TrainingException away) {
            dropped.addAndGet(told.size());
            LOG.debug("{} signals were not told", told.size(), away);
        }
    }

    private void tellPast(long instance) {
        List<Signal> some = new ArrayList<>();
        segments.past(
                PAST_ROWS,
                (user, item, kind, atMillis) -> {
                    signal(user, item, kind, atMillis).ifPresent(some::add);
                    if (some.size() == TOLD_AT_ONCE) {
                        Answers.await(candidates.tellPast(instance, List.copyOf(some), false));
                        some.clear();
                    }
                });
        Answers.await(candidates.tellPast(instance, some, true));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
