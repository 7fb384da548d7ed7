package dev.mobula.actors.events;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.Steps;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads one user shard's stream: events to the segments and the candidate service, blocks to those who are blocked,
/// forgotten users to those who erase.
///
/// The shard keeps what this has not confirmed. What is confirmed is in the segments, and whoever was forgotten by then is
/// noted durably, so that nothing is lost whenever the process ends.
final class EventReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final int PAGE_LARGE = 1_000;
    private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String reader;
    private final UserShards users;
    private final int number;
    private final ServiceRef shard;
    private final FeedbackSegments segments;
    private final Forgotten forgotten;
    private final Optional<Signals> signals;
    private final Steps steps;

    private volatile long position;
    private volatile long confirmed = -1;
    private long lastConfirmNanos = System.nanoTime();

    EventReader(
            String reader,
            UserShards users,
            int number,
            FeedbackSegments segments,
            Forgotten forgotten,
            Optional<Signals> signals) {
        this.reader = reader;
        this.users = users;
        this.number = number;
        this.shard = users.shards().get(number);
        this.segments = segments;
        this.forgotten = forgotten;
        this.signals = signals;
        this.position = segments.read(number);
        this.steps =
                new Steps(
                        Thread.ofPlatform().name("mobula-events-" + shard.name()).daemon(),
                        "shard " + shard.name(),
                        this::step);
    }

    void start() {
        steps.start();
    }

    String shard() {
        return shard.name();
    }

    /// How far it is; the shard is asked for its newest position.
    EventLogStatus.Reached reached(Duration limit) {
        long newest = Math.max(position, confirmed);
        String why = steps.failure();
        try {
            newest =
                    switch (Answers.await(users.changesSince(shard, Long.MAX_VALUE, limit))) {
                        case Changes.Page<UserChange>(List<UserChange> _, long next) -> next;
                        case Changes.Rebuild<UserChange>(long _, long last) -> last;
                    };
        } catch (CallException away) {
            why = String.valueOf(away.getMessage());
        }
        boolean nothing = !forgotten.hasAnyOf(number);
        long erased = nothing ? position : segments.erased(number);
        return new EventLogStatus.Reached(position, newest, erased, why);
    }

    private Optional<Duration> step() {
        if (confirmed < 0) {
            confirm();
        }
        boolean more = read();
        if (System.nanoTime() - lastConfirmNanos > CONFIRM_NANOS) {
            confirm();
        }
        return Optional.of(more ? Duration.ZERO : IDLE);
    }

    /// Reads one page; whether there is likely more.
    private boolean read() {
        long before = position;
        switch (Answers.await(users.changesSince(shard, before, LIMIT))) {
            case Changes.Page<UserChange>(List<UserChange> changes, long next) -> {
                long written = segments.written(number);
                segments.write(number, changes);
                derive(changes, written);
                position = next;
                return changes.size() >= PAGE_LARGE;
            }
            case Changes.Rebuild<UserChange>(long oldest, long newest) -> {
                position = before < oldest ? oldest : newest;
                LOG.warn(
                        "shard {} keeps {}..{}: read from {}, not from {}",
                        shard.name(),
                        oldest,
                        newest,
                        position,
                        before);
                return true;
            }
        }
    }

    private void derive(List<UserChange> changes, long written) {
        List<UserWrite> told = new ArrayList<>();
        Map<Long, Forgotten.At> gone = new HashMap<>();
        for (UserChange change : changes) {
            UserShards.mirrored(change.write(), change.position()).ifPresent(told::add);
            if (change.write() instanceof UserWrite.Forget(long user)) {
                gone.put(
                        user,
                        new Forgotten.At(number, change.position(), System.currentTimeMillis()));
            }
            if (change.write() instanceof UserWrite.Happened happened
                    && change.position() > written) {
                signals.ifPresent(teller -> teller.add(happened.event()));
            }
        }
        forgotten.add(gone);
        if (!told.isEmpty()) {
            Answers.await(users.write(told));
        }
    }

    /// Lets the shard forget what is done with.
    private void confirm() {
        if (position > confirmed || confirmed < 0) {
            segments.read(number, position, !forgotten.hasAnyOf(number));
            segments.note();
            Answers.await(users.confirm(shard, reader, position, LIMIT));
            confirmed = position;
        }
        lastConfirmNanos = System.nanoTime();
    }

    /// Has it end; what is under way is finished.
    @Override
    public void close() {
        steps.close();
    }

    void awaitEnd() throws InterruptedException {
        if (!steps.awaitEnd(LIMIT.multipliedBy(2))) {
            LOG.warn("the reader of {} is still under way", shard.name());
        }
    }
}
