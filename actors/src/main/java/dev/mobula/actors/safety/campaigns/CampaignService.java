package dev.mobula.actors.safety.campaigns;

import dev.mobula.actors.items.ItemStream;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.review.Choice;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.CampaignIndex;
import dev.mobula.retrieval.campaign.Post;
import dev.mobula.retrieval.store.Label;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The verdict is the campaign's and its posts inherit it: when a cluster becomes suspicious all of its posts are labelled,
 * and every later variant as it comes. Each label is a decision of the review service by `campaign@1`, so it is on record
 * and falls to an appeal. Labels are given by a thread of their own, so that a slow owner does not hold up the streams; a
 * queue that is full drops the post, and the next variant brings the cluster up again.
 *
 * The breaker counts labels and posts by day. Over its limits, or when it is told not to act, the campaign goes to the
 * review queue instead, once.
 */
/// Watches the streams, and does something about what it finds.
public final class CampaignService implements Service {
    static final int SUSPICIOUS = 1;
    static final int OF = 2;
    static final int LIKE = 3;
    static final int BLOCKS = 4;
    static final int ACT = 5;
    static final int STATUS = 6;

    private static final Logger LOG = LoggerFactory.getLogger(CampaignService.class);
    private static final String BY = "campaign@1";
    private static final String SPAM = "spam";
    private static final int QUEUE_MAX = 10_000;
    private static final int KNOWN_MAX = 1_000_000;
    private static final int ANSWER_MAX = 1_000;
    private static final int ALWAYS = 50;
    private static final int TRIES = 5;
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    private static final long RETRY_MILLIS = 200;

    private final WatchSettings settings;
    private final ReviewDesk desk;
    private final PostWatch posts;
    private final ActWatch acts;
    private final ItemStream stream;
    private final BlockingQueue<Long> due = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Set<Long> known = new LinkedHashSet<>();
    private final Set<Long> asked = new LinkedHashSet<>();
    private final Thread thread;
    private volatile boolean isActing;
    private volatile boolean closed;
    private volatile String stopped = "";
    private final AtomicLong labelled = new AtomicLong();
    private long day;
    private long labelledToday;
    private long postsToday;

    private CampaignService(ServiceContext context, WatchSettings settings) {
        this.settings = settings;
        isActing = settings.acts();
        desk = new ReviewDesk(context.cluster(), new ServiceRef(settings.review(), 1));
        acts =
                new ActWatch(
                        new UserShards(context.cluster(), settings.users()), settings.actsMax());
        posts = new PostWatch(settings.texts(), settings.campaigns(), this::seen);
        thread = Thread.ofPlatform().name("mobula-campaigns").daemon().start(this::actOnAll);
        stream = new ItemStream(context.cluster(), settings.items(), posts);
    }

    /// Starts the watch.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new CampaignService(context, WatchSettings.CODEC.decode(context.settings()));
        }
    }

    /// On the stream's thread.
    private void seen(Post post, CampaignIndex.Seen seen) {
        acts.shared(post);
        countPost();
        if (seen.isSuspicious() && !due.offer(post.id())) {
            LOG.warn("too much is due: post {} waits for the next variant", post.id());
        }
    }

    private synchronized void countPost() {
        long today = System.currentTimeMillis() / DAY_MILLIS;
        if (today != day) {
            day = today;
            labelledToday = 0;
            postsToday = 0;
            stopped = "";
        }
        postsToday++;
    }

    /// Whether one more may be labelled today.
    private synchronized boolean admits() {
        boolean isOverShare =
                labelledToday >= ALWAYS && labelledToday >= settings.shareMax() * postsToday;
        if (labelledToday >= settings.actionsPerDayMax() || isOverShare) {
            stopped =
                    "%d of %d posts of this day are labelled, which is the most"
                            .formatted(labelledToday, postsToday);
            return false;
        }
        labelledToday++;
        return true;
    }

    private void actOnAll() {
        try {
            while (!closed) {
                Long post = due.poll(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                if (post != null) {
                    posts.of(post).filter(Campaign::isSuspicious).ifPresent(this::actOn);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void actOn(Campaign campaign) {
        for (long post : campaign.posts()) {
            if (closed || known.contains(post)) {
                continue;
            }
            if (!isActing || !admits()) {
                ask(campaign);
                return;
            }
            if (tried(() -> label(post, campaign))) {
                remember(known, post);
                labelled.incrementAndGet();
            }
        }
    }

    private void label(long post, Campaign campaign) {
        String reason = String.join("; ", campaign.reasons());
        Choice choice = new Choice(Choice.Action.LABEL, SPAM, Label.NEVER, reason, List.of());
        desk.act(Subject.item(post), SPAM, BY, choice);
    }

    private void ask(Campaign campaign) {
        if (asked.contains(campaign.id())) {
            return;
        }
        String evidence =
                "%d posts of %d accounts since %d: %s. %s"
                        .formatted(
                                campaign.postsCount(),
                                campaign.accountsCount(),
                                campaign.sinceMillis(),
                                String.join("; ", campaign.reasons()),
                                campaign.texts().getFirst());
        ReviewDesk.Suggestion suggestion =
                new ReviewDesk.Suggestion(
                        Subject.item(campaign.posts().getFirst()),
                        SPAM,
                        BY,
                        campaign.score(),
                        1,
                        campaign.postsCount(),
                        evidence);
        if (tried(() -> desk.suggest(suggestion))) {
            remember(asked, campaign.id());
        }
    }

    private static void remember(Set<Long> set, long id) {
        if (set.size() == KNOWN_MAX) {
            set.remove(set.iterator().next());
        }
        set.add(id);
    }

    /// A post that is gone is none of ours any more.
    private boolean tried(Runnable action) {
        for (int i = 0; i < TRIES && !closed; i++) {
            try {
                action.run();
                return true;
            } catch (CallException failed) {
                if (failed.failure() == Failure.REFUSED) {
                    LOG.info("nothing is done: {}", failed.getMessage());
                    return true;
                }
                LOG.debug("again later", failed);
                pause();
            }
        }
        return false;
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException {
        return Campaigns.JSON.writeValueAsBytes(answer(op, request));
    }

    private Object answer(int op, byte[] request) throws IOException {
        return switch (op) {
            case SUSPICIOUS ->
                    posts.suspicious(Math.clamp(read(request, Integer.class), 1, ANSWER_MAX));
            case OF -> listed(posts.of(read(request, Long.class)));
            case LIKE -> listed(posts.like(read(request, String.class)));
            case BLOCKS -> acts.blocks(acts.count());
            case ACT -> {
                isActing = read(request, Boolean.class);
                if (isActing) {
                    posts.suspicious(ANSWER_MAX)
                            .forEach(campaign -> due.offer(campaign.posts().getFirst()));
                }
                yield status();
            }
            case STATUS -> status();
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    private static <T> T read(byte[] request, Class<T> form) throws IOException {
        return Campaigns.JSON.readValue(request, form);
    }

    private static <T> List<T> listed(Optional<T> found) {
        return found.stream().toList();
    }

    private Campaigns.Status status() {
        return new Campaigns.Status(
                posts.posts(),
                posts.remembered(),
                isActing,
                stopped,
                labelled.get(),
                due.size(),
                acts.count());
    }

    @Override
    public void close() {
        closed = true;
        stream.close();
        acts.close();
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
