package dev.mobula.actors.safety.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemStream;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.safety.PostReading;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.audit.AuditContent;
import dev.mobula.actors.safety.audit.AuditRow;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Items come by their stream, from its beginning at each start; one whose words were seen is no event, one that is older
 * than a day when it is first seen is remembered and is none. The users' streams and the log of reports are read from the
 * positions that were stored with the last batch; the first time from now on.
 */
/// The streams of what happens, as one. Batches are taken by one thread.
final class EventFeed implements ItemStream.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long LIVE_MILLIS = Duration.ofDays(1).toMillis();
    private static final int QUEUE_MAX = 4_096;
    private static final int POSTS_MAX = 1_024;
    private static final int REPORTS_MAX = 200;
    private static final int FOUND_MAX = 1_000;
    private static final String LOG_AT = "reports";

    private final RuleRows rows;
    private final ItemShards items;
    private final UserShards users;
    private final ReviewDesk desk;
    private final List<String> texts;
    private final InstantSource clock;
    private final BlockingQueue<Change> changes = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Map<String, Long> positions = new HashMap<>();
    private final ItemStream stream;
    private volatile boolean closed;

    /// An item that is now this, or is gone.
    private sealed interface Change {
        record Stored(Item item, long words) implements Change {}

        record Gone(long id) implements Change {}
    }

    /// What happened, and what is to be remembered once it was judged.
    record Batch(List<LiveEvent> events, Map<Long, Long> seen, Map<String, Object> meta) {
        boolean isEmpty() {
            return events.isEmpty() && seen.isEmpty() && meta.isEmpty();
        }
    }

    EventFeed(
            Cluster cluster,
            RuleWatchSettings settings,
            RuleRows rows,
            ReviewDesk desk,
            InstantSource clock) {
        this.rows = rows;
        this.desk = desk;
        this.clock = clock;
        texts = settings.texts();
        items = new ItemShards(cluster, settings.items());
        users = new UserShards(cluster, settings.users());
        stream = new ItemStream(cluster, settings.items(), this);
    }

    @Override
    public void stored(Item item) {
        long words = PostReading.text(item, texts).hashCode();
        if (rows.seen(item.id()).filter(seen -> seen == words).isEmpty()) {
            put(new Change.Stored(item, words));
        }
    }

    @Override
    public void gone(long id) {
        if (rows.seen(id).isPresent()) {
            put(new Change.Gone(id));
        }
    }

    @Override
    public void readAnew(LongPredicate owned, Set<Long> shown) {
        // What is gone meanwhile stays remembered: it is no event, and its row is small.
    }

    /// Waits while too much is waiting.
    private void put(Change change) {
        try {
            while (!closed && !changes.offer(change, 100, TimeUnit.MILLISECONDS)) {
                LOG.debug("{} changes wait for the rules", QUEUE_MAX);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// What happened since the last batch; it is to be stored with [#stored(Batch)] or is lost.
    Batch next() {
        Batch batch = new Batch(new ArrayList<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        readReports(batch);
        readUsers(batch);
        List<Change> some = new ArrayList<>();
        changes.drainTo(some, POSTS_MAX);
        some.forEach(change -> note(change, batch));
        return batch;
    }

    private void note(Change change, Batch batch) {
        switch (change) {
            case Change.Gone(long gone) -> batch.seen().put(gone, RuleRows.GONE);
            case Change.Stored(Item item, long words) -> {
                long id = item.id();
                long before = batch.seen().getOrDefault(id, rows.seen(id).orElse(RuleRows.GONE));
                boolean isNew = before == RuleRows.GONE;
                if (!isNew && before == words) {
                    return;
                }
                batch.seen().put(id, words);
                long now = clock.millis();
                if (!isNew || item.createdMillis() >= now - LIVE_MILLIS) {
                    String kind = isNew ? LiveEvent.POST : LiveEvent.EDIT;
                    batch.events().add(LiveEvent.post(item, kind, texts, now));
                }
            }
        }
    }

    private void readUsers(Batch batch) {
        List<UserWrite> writes = new ArrayList<>();
        for (ServiceRef shard : users.shards()) {
            try {
                read(shard, batch, writes);
            } catch (CallException away) {
                LOG.debug("{} is not read now", shard.name(), away);
            }
        }
        Map<Long, Item> found = itemsOf(writes);
        long now = clock.millis();
        for (UserWrite write : writes) {
            switch (write) {
                case UserWrite.Happened(UserEvent event) ->
                        batch.events()
                                .add(LiveEvent.act(event, found.get(event.item()), texts, now));
                case UserWrite.Connect edge -> batch.events().add(LiveEvent.edge(edge, now));
                case UserWrite.Disconnect _,
                        UserWrite.Count _,
                        UserWrite.Forget _,
                        UserWrite.Prefer _,
                        UserWrite.Judge _,
                        UserWrite.Unjudge _,
                        UserWrite.Erased _,
                        UserWrite.BlockedBy _ -> {}
            }
        }
    }

    private void read(ServiceRef shard, Batch batch, List<UserWrite> writes) {
        String name = "at." + shard.name();
        long from = position(name);
        switch (Answers.await(users.changesSince(shard, from, LIMIT))) {
            case Changes.Page<UserChange>(List<UserChange> page, long next) -> {
                page.forEach(change -> writes.add(change.write()));
                moved(name, from, next, batch);
            }
            case Changes.Rebuild<UserChange>(long oldest, long newest) -> {
                if (from != Long.MAX_VALUE) {
                    LOG.warn("{}: changes from {} to {} are gone", shard.name(), from, oldest);
                }
                moved(name, from, newest, batch);
            }
        }
    }

    private long position(String name) {
        return positions.computeIfAbsent(
                name, key -> rows.meta(key, Long.class).orElse(Long.MAX_VALUE));
    }

    private static void moved(String name, long from, long next, Batch batch) {
        if (next != from) {
            batch.meta().put(name, next);
        }
    }

    private Map<Long, Item> itemsOf(List<UserWrite> writes) {
        long[] ids =
                writes.stream()
                        .filter(UserWrite.Happened.class::isInstance)
                        .mapToLong(write -> ((UserWrite.Happened) write).event().item())
                        .distinct()
                        .toArray();
        Map<Long, Item> found = new HashMap<>();
        for (int from = 0; from < ids.length; from += FOUND_MAX) {
            int to = Math.min(ids.length, from + FOUND_MAX);
            long[] some = Arrays.copyOfRange(ids, from, to);
            Answers.await(items.find(some, LIMIT)).forEach(item -> found.put(item.id(), item));
        }
        return found;
    }

    private void readReports(Batch batch) {
        long from = position(LOG_AT);
        if (from == Long.MAX_VALUE) {
            long newest = desk.head().map(entry -> entry.sequence()).orElse(0L);
            batch.meta().put(LOG_AT, newest);
            return;
        }
        for (AuditRow row : desk.log(from, REPORTS_MAX)) {
            batch.meta().put(LOG_AT, row.entry().sequence());
            AuditContent facts = row.facts();
            AuditContent personal = row.personal();
            if (row.entry().kind().equals("report") && facts != null && personal != null) {
                batch.events().add(report(row, facts, personal));
            }
        }
    }

    private static LiveEvent report(AuditRow row, AuditContent facts, AuditContent personal) {
        try {
            JsonNode who = RuleRows.JSON.readTree(personal.text());
            JsonNode what = RuleRows.JSON.readTree(facts.text());
            return LiveEvent.report(
                    Subject.parse(who.path("subject").asText()),
                    who.path("reporter").asLong(),
                    what.path("policy").asText(),
                    who.path("text").asText(),
                    row.entry().atMillis());
        } catch (IOException damaged) {
            throw new UncheckedIOException("a report in the log is damaged", damaged);
        }
    }

    /// A batch was stored: from here the next one goes on.
    void stored(Batch batch) {
        batch.meta()
                .forEach(
                        (name, value) -> {
                            if (value instanceof Long position) {
                                positions.put(name, position);
                            }
                        });
    }

    @Override
    public void close() {
        closed = true;
        stream.close();
    }
}
