package dev.mobula.cluster.engine;

import dev.mobula.actors.events.EventLogs;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemSpaces;
import dev.mobula.actors.loop.LiveLog;
import dev.mobula.actors.loop.LogLearning;
import dev.mobula.actors.loop.LoggedOutcomes;
import dev.mobula.actors.loop.LoopParts;
import dev.mobula.actors.loop.RetrainingLoop;
import dev.mobula.actors.loop.ServedLog;
import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.cluster.api.LoopStatus;
import dev.mobula.ranking.RankingException;
import dev.mobula.training.TrainingException;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.durable.FolderLock;
import dev.mobula.training.recipe.Recipes;
import dev.mobula.training.run.RunWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The loop of a running engine: turns when it is asked or when it is time, one at a time, whichever process runs them.
public final class EngineLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final RetrainingLoop loop;
    private final LoopConfig config;
    private final Path folder;
    private final InstantSource clock;
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean turning;
    private volatile Instant next;
    private volatile String failure = "";
    private volatile boolean waiting;

    private EngineLoop(RetrainingLoop loop, LoopConfig config, Path folder, InstantSource clock) {
        this.loop = loop;
        this.config = config;
        this.folder = folder;
        this.clock = clock;
        next = clock.instant().plus(config.every());
        thread = Thread.ofPlatform().name("mobula-loop").daemon().unstarted(this::run);
    }

    /// A loop over what the engine writes and serves. It does nothing before it is started or asked for a turn.
    ///
    /// @param switched run when another line-up is in force
    public static EngineLoop open(
            EngineSettings settings,
            Rankers rankers,
            ItemShards items,
            Runnable switched,
            EventLogs events,
            RunWatcher watcher,
            InstantSource clock) {
        LoopConfig config = settings.loop();
        Path folder = folderOf(settings);
        Path store = config.bundles().orElse(folder.resolve("bundles"));
        try {
            Files.createDirectories(store);
            List<Path> pages = new ArrayList<>(config.otherPages());
            pages.add(Engine.pagesOf(settings));
            ServedLog log = new LiveLog(pages, events);
            LogLearning.Settings learning =
                    new LogLearning.Settings(
                            log,
                            folder.resolve("turns"),
                            store,
                            "engine",
                            config.description(),
                            config.encoderDescription(),
                            config.kinds(),
                            config.window(),
                            config.itemsLeast());
            LoopParts parts =
                    new LoopParts(
                            rankers,
                            new ItemSpaces(items),
                            switched,
                            BundleStore.open(store, config.bundleBytesMax(), clock),
                            new LogLearning(learning, Recipes.all(), clock, watcher),
                            new LoggedOutcomes(log, config.worths(), config.complaintKinds()),
                            log,
                            folder,
                            Thread::sleep,
                            clock);
            RetrainingLoop loop = new RetrainingLoop(parts, config.settings());
            return new EngineLoop(loop, config, folder, clock);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Where an engine keeps its turns.
    static Path folderOf(EngineSettings settings) {
        return settings.loop().folder().orElse(settings.state().resolve("loop"));
    }

    /// Makes whole what serves, and begins to wait for the time, or for somebody to ask.
    EngineLoop started() {
        thread.start();
        return this;
    }

    /// One turn to its end, in the caller's thread; refused while another one is under way.
    public Turn turn() throws InterruptedException {
        try (FolderLock _ = FolderLock.hold(folder.resolve("turning"))) {
            turning = true;
            Turn turn = loop.turn();
            failure = "";
            return turn;
        } finally {
            turning = false;
        }
    }

    /// Asks for a turn now; false when one is under way.
    public boolean ask() {
        if (turning || asked.availablePermits() > 0) {
            return false;
        }
        asked.release();
        return true;
    }

    public LoopStatus status() {
        return new LoopStatus(
                turning || asked.availablePermits() > 0,
                loop.last().orElse(null),
                failure.isEmpty() ? null : failure,
                config.every().isZero() ? null : next.toString());
    }

    /// Why it does not learn, when it should; that there is too little to learn from yet is no trouble.
    Optional<String> trouble() {
        if (config.every().isZero()) {
            return Optional.empty();
        }
        if (!thread.isAlive() && !closed) {
            return Optional.of("its thread has ended");
        }
        return waiting ? Optional.empty() : Optional.of(failure).filter(why -> !why.isEmpty());
    }

    private void run() {
        try {
            restore();
            while (!closed) {
                if (isTime()) {
                    attempt(() -> told(turn()));
                    next = clock.instant().plus(config.every());
                } else if (loop.promotedElsewhere().isPresent()) {
                    attempt(this::follow);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// What cannot be made whole now is named by every answer that lacks it.
    private void restore() {
        try {
            loop.restore();
        } catch (CallException | CompletionException away) {
            LOG.warn("the spaces of what serves were not looked at: {}", away.getMessage());
        }
    }

    private boolean isTime() throws InterruptedException {
        boolean isAsked = asked.tryAcquire(config.poll().toMillis(), TimeUnit.MILLISECONDS);
        return isAsked || (!config.every().isZero() && !clock.instant().isBefore(next));
    }

    private static void told(Turn turn) {
        LOG.info("turn {} is over: {}", turn.number(), turn.isKept() ? "kept" : turn.against());
    }

    /// Puts to work what somebody promoted, or went back to, with the store's command.
    private void follow() throws InterruptedException {
        try (FolderLock _ = FolderLock.hold(folder.resolve("turning"))) {
            turning = true;
            Optional<String> promoted = loop.promotedElsewhere();
            if (promoted.isPresent()) {
                loop.serve(promoted.get());
                failure = "";
            }
        } finally {
            turning = false;
        }
    }

    /// A piece of the loop's work.
    @FunctionalInterface
    private interface Work {
        void run() throws InterruptedException;
    }

    /// What a turn cannot do now it tries again at the next time.
    private void attempt(Work work) throws InterruptedException {
        try {
            work.run();
        } catch (TrainingException
                | CallException
                | RankingException
                | CompletionException
                | UncheckedIOException
                | IllegalStateException failed) {
            waiting = isTooEarly(failed);
            failure = String.valueOf(failed.getMessage());
            LOG.warn("the turn is taken up again later: {}", failure);
        }
    }

    /// There is no log yet, or nothing of use in it.
    private static boolean isTooEarly(RuntimeException failed) {
        return failed instanceof TrainingException typed
                && typed.code() == TrainingException.Code.NOT_FOUND;
    }

    /// Ends after the look it is at; a turn that is under way is taken up at the next start.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (thread.isAlive() && !thread.join(END_LIMIT)) {
                LOG.warn("the loop did not end within {}", END_LIMIT);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
