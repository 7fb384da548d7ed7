package dev.mobula.actors.safety.rules;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.PromotedModels;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.actors.safety.counters.KeyCounters;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.RankingException;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.TrainingException;
import dev.mobula.training.safety.RuleShelf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One thread reads the streams, judges, and stores what is due with the positions it read up to. Another carries out what
 * is due, in order, each as a decision of the review service by `rule:NAME@VERSION`: on record, open to appeals. One that
 * is killed between doing and forgetting does it once more, which gives the same label a second time and no other.
 *
 * Each second the shelf, the lists and the models are looked at, so that a promotion or a roll back is in force with the
 * next batch.
 */
/// The promoted rules over what happens, and those in the shadow beside them, which never act.
public final class RuleService implements Service {
    static final int STATUS = 1;
    static final int ACT = 2;
    static final int RESUME = 3;
    static final int EVENTS = 4;
    static final int FORGET = 5;

    private static final Logger LOG = LoggerFactory.getLogger(RuleService.class);
    private static final String ACTING = "acting";
    private static final String STOPPED = "rule-stopped";
    private static final String CHANGED = "rules-at-work";
    private static final int LAST_MAX = 4_096;
    private static final int DUE_MAX = 200;
    private static final long PAUSE_MILLIS = 100;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SWEEP_EVERY = 100;

    private final InstantSource clock = InstantSource.system();
    private final RuleRows rows;
    private final ReviewDesk desk;
    private final EventFeed feed;
    private final KeyCounters counters;
    private final Rulebook book;
    private final RuleLists lists;
    private final Optional<PromotedModels> models;
    private final LiveFacts facts;
    private final RuleTally tally;
    private final Deque<LiveEvent> last = new ArrayDeque<>();
    private final Set<String> toldStopped = new HashSet<>();
    private final AtomicLong waiting = new AtomicLong();
    private final Semaphore due = new Semaphore(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> threads;
    private volatile boolean acting;
    private volatile String trouble = "";
    private @Nullable Judging judging;
    private long looked = System.nanoTime() - LOOK_NANOS;
    private int batches;

    private RuleService(ServiceContext context, RuleWatchSettings settings) {
        rows = new RuleRows(context.state().path().resolve("rules"), context.state()::requireOwned);
        acting = rows.meta(ACTING, Boolean.class).orElse(true);
        desk = new ReviewDesk(context.cluster(), new ServiceRef(settings.review(), 1));
        counters = KeyCounters.of(context.cluster(), settings.counters());
        book = new Rulebook(RuleShelf.open(settings.shelf(), clock), counters, rows);
        lists = new RuleLists(settings.lists());
        models = settings.bundles().map(bundles -> new PromotedModels(bundles, clock));
        Labels labels =
                new Labels(
                        new ItemShards(context.cluster(), settings.items()),
                        new UserShards(context.cluster(), settings.users()),
                        clock);
        Campaigns campaigns =
                new Campaigns(context.cluster(), new ServiceRef(settings.campaigns(), 1));
        facts = new LiveFacts(lists, labels, campaigns, models, clock);
        tally = new RuleTally(context.meters());
        feed = new EventFeed(context.cluster(), settings, rows, desk, clock);
        threads =
                List.of(
                        Thread.ofPlatform().name("mobula-rules").daemon().start(this::judgeAll),
                        Thread.ofPlatform()
                                .name("mobula-rule-actions")
                                .daemon()
                                .start(this::carryOutAll));
    }

    /// Starts the rules.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new RuleService(context, RuleWatchSettings.CODEC.decode(context.settings()));
        }
    }

    private void judgeAll() {
        try {
            boolean idle = true;
            while (!closed.await(idle ? PAUSE_MILLIS : 0, TimeUnit.MILLISECONDS)) {
                try {
                    idle = !round();
                    trouble = "";
                } catch (CallException | CompletionException away) {
                    trouble = "waits: " + away.getMessage();
                    LOG.debug("rules wait", away);
                    idle = true;
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RetrievalException ended) {
            trouble = "its store has ended: " + ended.getMessage();
            LOG.info("rules are no longer judged here: {}", ended.getMessage());
        }
    }

    /// Whether there was anything to judge.
    private boolean round() {
        Judging now = judging;
        if (now == null) {
            EventFeed.Batch next = feed.next();
            now = new Judging(next, rows, counters, facts, tally);
        }
        synchronized (this) {
            look(now);
            judging = now;
            if (!now.isWorth()) {
                judging = null;
                return false;
            }
            int actions = now.finish(book, acting, clock.millis());
            judging = null;
            feed.stored(now.batch());
            remember(now.batch().events());
            waiting.addAndGet(actions);
            if (actions > 0) {
                due.release();
            }
            if (++batches % SWEEP_EVERY == 0) {
                rows.sweep(clock.millis());
            }
        }
        return true;
    }

    /// Takes up what was promoted, listed or trained meanwhile, and tells of rules that stopped themselves.
    private void look(Judging now) {
        if (System.nanoTime() - looked < LOOK_NANOS) {
            return;
        }
        looked = System.nanoTime();
        lists.refresh();
        try {
            models.ifPresent(PromotedModels::refresh);
        } catch (TrainingException | RankingException | UncheckedIOException bad) {
            LOG.warn("the models stay as they are: {}", bad.getMessage());
        }
        if (book.refresh()) {
            String versions = "acting: " + book.active() + ", in the shadow: " + book.shadow();
            LOG.info("rules at work, versions {}", versions);
            toldStopped.clear();
            now.note(note(CHANGED, "", book.active(), versions));
        }
        for (Rulebook.Role role : book.roles()) {
            for (int i = 0; i < role.rules().names().size(); i++) {
                String reason = role.rules().stopped(i);
                String name = role.rules().names().get(i);
                if (role.acts() && !reason.isEmpty() && toldStopped.add(name)) {
                    LOG.warn(
                            "rule {} of version {} stopped itself: {}",
                            name,
                            role.version(),
                            reason);
                    now.note(note(STOPPED, name, role.version(), reason));
                }
            }
        }
    }

    private static RuleAction note(String what, String rule, int version, String reason) {
        return new RuleAction(RuleAction.Kind.NOTE, rule, version, "", what, 0, reason);
    }

    private void remember(List<LiveEvent> events) {
        for (LiveEvent event : events) {
            if (last.size() == LAST_MAX) {
                last.removeFirst();
            }
            last.addLast(event);
        }
    }

    private void carryOutAll() {
        try {
            boolean more = true;
            while (closed.getCount() > 0) {
                more = due.tryAcquire(more ? 0 : PAUSE_MILLIS, TimeUnit.MILLISECONDS) || more;
                if (more) {
                    due.drainPermits();
                    more = carryOut();
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RetrievalException | CompletionException ended) {
            LOG.info("what rules want is no longer done here: {}", ended.getMessage());
        }
    }

    /// Whether more is due.
    private boolean carryOut() throws InterruptedException {
        List<RuleRows.Kept> kept = rows.due(DUE_MAX);
        List<Long> over = new ArrayList<>();
        boolean away = false;
        for (RuleRows.Kept one : kept) {
            boolean may = acting || one.action().kind() == RuleAction.Kind.NOTE;
            if (closed.getCount() == 0 || (may && !tried(one.action()))) {
                away = true;
                break;
            }
            over.add(one.place());
        }
        if (!over.isEmpty()) {
            rows.remove(over);
            waiting.updateAndGet(count -> Math.max(0, count - over.size()));
        }
        if (away) {
            closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return away || kept.size() == DUE_MAX;
    }

    /// A subject that is gone is none of ours any more.
    private boolean tried(RuleAction action) {
        try {
            action.carryOut(desk);
            return true;
        } catch (CallException failed) {
            if (failed.failure() == Failure.REFUSED) {
                LOG.info("{}: nothing is done: {}", action.by(), failed.getMessage());
                return true;
            }
            LOG.debug("{}: again later", action.by(), failed);
            return false;
        }
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException {
        return RuleRows.json(
                switch (op) {
                    case STATUS -> status();
                    case ACT -> act(read(request, Boolean.class));
                    case RESUME -> resume(read(request, String.class));
                    case EVENTS -> events(read(request, Integer.class));
                    case FORGET -> forget(read(request, Long.class));
                    default -> throw new CallException(Failure.REFUSED, "no operation " + op);
                });
    }

    private static <T> T read(byte[] request, Class<T> form) throws IOException {
        return RuleRows.JSON.readValue(request, form);
    }

    private LiveRules.Status act(boolean on) {
        rows.write(new RuleRows.Batch(Map.of(ACTING, on), Map.of(), List.of(), Map.of()));
        acting = on;
        due.release();
        return status();
    }

    private synchronized boolean resume(String rule) {
        boolean found = false;
        for (Rulebook.Role role : book.roles()) {
            int place = role.rules().names().indexOf(rule);
            if (place >= 0) {
                role.rules().reset(place);
                toldStopped.remove(rule);
                found = true;
            }
        }
        rows.write(new RuleRows.Batch(book.states(), Map.of(), List.of(), Map.of()));
        return found;
    }

    private synchronized List<Map<String, Object>> events(int max) {
        int some = Math.clamp(max, 1, LiveRules.EVENTS_MAX);
        return last.stream().skip(Math.max(0, last.size() - some)).map(LiveEvent::row).toList();
    }

    private synchronized boolean forget(long person) {
        return last.removeIf(event -> event.actor() == person);
    }

    private synchronized LiveRules.Status status() {
        List<LiveRules.RuleStatus> all = new ArrayList<>();
        for (Rulebook.Role role : book.roles()) {
            for (int i = 0; i < role.rules().names().size(); i++) {
                all.add(tally.status(role.rules().names().get(i), role, role.rules().stopped(i)));
            }
        }
        String amiss =
                List.of(book.trouble(), lists.trouble(), trouble).stream()
                        .filter(one -> !one.isEmpty())
                        .findFirst()
                        .orElse("");
        return new LiveRules.Status(
                book.active(),
                book.shadow(),
                acting,
                amiss,
                tally.events(),
                waiting.get(),
                facts.unanswered(),
                lists.sizes(),
                all);
    }

    @Override
    public void close() {
        closed.countDown();
        feed.close();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        tally.close();
        rows.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
