package dev.mobula.actors.safety.review;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.RowStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes decisions to the owners of the labels they are about, at once and, where one is away, again until it is back.
final class Settlement implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Settlement.class);
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);
    private static final int LOCKS = 64;
    private static final int DUE_MAX = 1_000;
    private static final long COMMAND_BYTES = 1_024;
    private static final long RETRY_SECONDS = 1;
    private static final int HOUR_ROUNDS = 3_600;

    private final RowStore store;
    private final DecisionBook decisions;
    private final Labels labels;
    private final InstantSource clock;
    private final Runnable hourly;
    private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// @param hourly what else is done now and then
    Settlement(
            RowStore store,
            DecisionBook decisions,
            Labels labels,
            InstantSource clock,
            Runnable hourly) {
        this.store = store;
        this.decisions = decisions;
        this.labels = labels;
        this.clock = clock;
        this.hourly = hourly;
        thread = Thread.ofPlatform().name("mobula-review").daemon().start(this::settleAll);
    }

    private <T> T submit(Function<ReviewRows, T> command) {
        return store.submit(batch -> command.apply(new ReviewRows(batch)), COMMAND_BYTES).join();
    }

    /// Takes a decision's labels to their owners. When one does not answer, the decision stays as it is and is taken up
    /// again by itself. One at a time for each decision, from its state by then, so that no late writer undoes a newer one.
    Decision settled(Decision decision) {
        long id = decision.id();
        synchronized (locks[Math.floorMod(id, locks.length)]) {
            Decision due = submit(rows -> decisions.find(rows, id));
            if (!due.isUnsettled()) {
                return due;
            }
            try {
                due.effects().forEach(effect -> write(due, effect));
            } catch (CompletionException | CallException away) {
                LOGGER.warn("decision {} waits for its labels: {}", id, away.getMessage());
                return due;
            }
            return submit(rows -> decisions.settle(rows, id, clock.millis()));
        }
    }

    private void write(Decision decision, Decision.Effect effect) {
        boolean isReversed = decision.state() == Decision.State.REVERSING;
        if (isReversed && effect.isTaken() && isHeld(effect.label())) {
            return; // its source has given it anew since
        }
        try {
            labels.write(List.of(isReversed ? effect.reversal() : effect.write())).join();
        } catch (CompletionException failed) {
            boolean isGone =
                    failed.getCause() instanceof CallException typed
                            && typed.failure() == Failure.REFUSED;
            if (!isGone) {
                throw failed;
            }
            LOGGER.info("decision {}: {} takes no label", decision.id(), decision.subject());
        }
    }

    private boolean isHeld(GivenLabel label) {
        Subject subject = label.subject();
        return labels
                .of(List.of(subject), READ_LIMIT)
                .join()
                .getOrDefault(subject, List.of())
                .stream()
                .anyMatch(
                        one ->
                                one.label().equals(label.label())
                                        && one.source().equals(label.source()));
    }

    private void settleAll() {
        int rounds = 0;
        try {
            do {
                for (Decision due : submit(rows -> decisions.unsettled(rows, DUE_MAX))) {
                    settled(due);
                }
                if (rounds++ % HOUR_ROUNDS == 0) {
                    hourly.run();
                }
            } while (!closed.await(RETRY_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (CompletionException | RetrievalException ended) {
            LOGGER.info("decisions are no longer settled here: {}", ended.getMessage());
        }
    }

    /// Ends before the store is closed.
    @Override
    public void close() {
        closed.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
