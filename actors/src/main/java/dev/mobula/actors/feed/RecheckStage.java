package dev.mobula.actors.feed;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.ranking.page.PageRules;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.safety.VisibilityPolicy.Decision;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.retrieval.store.ItemStanding;
import dev.mobula.retrieval.store.ItemState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/*
 * Round after round, the owners of what is on the page, and of a few best of the reserve, are asked all at once: the item's
 * shard whether it is there, visible, and by which labels; the user's shard whether the user may see it; the author's
 * shard for the labels of the account. What the labels mean is decided once more, from the owners' word alone. Who is refused goes, and the gap is filled from the reserve at the end of
 * the page, so that nobody who stays changes order. A shard that does not answer is not asked twice: all that it owns
 * counts as forbidden. Usually one round is enough; after ROUNDS, or when the time is over, who is not confirmed goes.
 */
/// Asks the owners of everything on a page for the last time before it is shown.
final class RecheckStage {
    private static final int ROUNDS = 8;
    private static final int EXTRA_LEAST = 4;
    private static final int EXTRA_PER_PLACE_INVERSE = 4;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final String AUTHORS = "authors";
    private static final String UNCONFIRMED = "unconfirmed";

    private final ItemShards items;
    private final People people;

    RecheckStage(ItemShards items, People people) {
        this.items = items;
        this.people = people;
    }

    /// What the owners said so far in one request.
    private static final class Answers {
        final Map<Long, String> refused = new HashMap<>();
        final Set<Long> confirmed = new HashSet<>();
        final Map<Long, List<String>> covers = new HashMap<>();
        final Set<ServiceRef> down = new HashSet<>();
        boolean userIsDown;

        boolean isOpen(long id) {
            return !confirmed.contains(id) && !refused.containsKey(id);
        }
    }

    Arrangement confirm(Arrangement page, Viewing viewing, Run run) {
        long start = run.nanosSinceStart();
        int before = page.slate().filtered().size();
        int in = page.slate().pool().size() - before;
        Answers answers = new Answers();
        Slate slate = page.slate();
        for (int round = 0; round < ROUNDS && hasOpen(slate, answers); round++) {
            if (answers.userIsDown || !run.left(Stage.RECHECK).isPositive()) {
                break;
            }
            ask(page, slate, answers, viewing, run);
            slate = withoutRefused(slate, answers).then(page.rules().fill());
        }
        if (hasOpen(slate, answers)) {
            run.degrade("recheck", "TIMEOUT: owners did not confirm all in time");
            slate =
                    slate.then(
                            PageRules.forbid(id -> !answers.confirmed.contains(id), UNCONFIRMED));
        }
        count(slate, in, before, run, start);
        return page.confirmed(slate, answers.covers);
    }

    private static boolean hasOpen(Slate slate, Answers answers) {
        return Arrays.stream(slate.page()).anyMatch(answers::isOpen);
    }

    private void ask(Arrangement page, Slate slate, Answers answers, Viewing viewing, Run run) {
        List<Prospect> open = IntStream.of(open(slate, answers)).mapToObj(page::prospect).toList();
        long[] ids = open.stream().mapToLong(Prospect::id).toArray();
        long[] authors = open.stream().mapToLong(one -> one.facts().author()).toArray();
        Duration limit = run.left(Stage.RECHECK);
        Map<ServiceRef, CompletableFuture<List<ItemStanding>>> found = askItems(ids, limit);
        CompletableFuture<List<People.Verdict>> verdicts =
                people.check(run.user(), ids, authors, run.session(), limit);
        CompletableFuture<Map<Long, List<Held>>> labels =
                people.labels(Arrays.stream(authors).distinct().toArray(), limit);
        Map<Long, ItemStanding> stored = new HashMap<>();
        Set<Long> away = itemsOf(found, ids, stored, answers, run);
        List<People.Verdict> allowed = verdictsOf(verdicts, ids.length, answers, run);
        Map<Long, List<Held>> ofAuthors = labelsOf(labels, authors, run);
        for (int i = 0; i < ids.length; i++) {
            ItemStanding item = stored.get(ids[i]);
            List<Held> ofAuthor = ofAuthors.get(authors[i]);
            String refusal =
                    away.contains(ids[i]) ? UNCONFIRMED : refusal(item, open.get(i).facts());
            if (refusal.isEmpty() && allowed.get(i) != People.Verdict.ALLOWED) {
                refusal = FilterStage.nameOf(allowed.get(i));
            }
            if (refusal.isEmpty() && ofAuthor == null) {
                refusal = UNCONFIRMED;
            }
            if (refusal.isEmpty() && item != null && ofAuthor != null) {
                refusal = labelled(viewing.decide(item.labels(), ofAuthor), ids[i], answers);
            }
            if (refusal.isEmpty()) {
                answers.confirmed.add(ids[i]);
            } else {
                answers.refused.put(ids[i], refusal);
            }
        }
    }

    /// Why labels keep it off the page; empty when they do not, and what covers it is noted.
    private static String labelled(Decision decision, long id, Answers answers) {
        if (decision.isCovered()) {
            answers.covers.put(id, decision.reasons());
        }
        return decision.isShown() ? "" : FilterStage.LABELLED;
    }

    /// Whom to ask about: who is on the page, and a few that would come in next.
    private static int[] open(Slate slate, Answers answers) {
        int extra = EXTRA_LEAST + slate.selected().length / EXTRA_PER_PLACE_INVERSE;
        return IntStream.concat(
                        IntStream.of(slate.selected()), IntStream.of(slate.reserve()).limit(extra))
                .filter(index -> answers.isOpen(slate.pool().id(index)))
                .toArray();
    }

    private Map<ServiceRef, CompletableFuture<List<ItemStanding>>> askItems(
            long[] ids, Duration limit) {
        Map<ServiceRef, CompletableFuture<List<ItemStanding>>> asked = new HashMap<>();
        items.layout()
                .byOwner(Arrays.stream(ids).boxed().toList(), Long::longValue)
                .forEach(
                        (owner, owned) ->
                                asked.put(
                                        owner,
                                        items.standings(
                                                owned.stream().mapToLong(Long::longValue).toArray(),
                                                limit)));
        return asked;
    }

    /// The ids whose owner did not answer; the items of the others are put into the map.
    private Set<Long> itemsOf(
            Map<ServiceRef, CompletableFuture<List<ItemStanding>>> asked,
            long[] ids,
            Map<Long, ItemStanding> stored,
            Answers answers,
            Run run) {
        asked.forEach(
                (owner, answer) -> {
                    try {
                        await(answer, run).forEach(item -> stored.put(item.id(), item));
                    } catch (ExecutionException | TimeoutException late) {
                        answers.down.add(owner);
                        run.degrade(owner.name(), StageFrame.reason(late));
                    }
                });
        if (answers.down.isEmpty()) {
            return Set.of();
        }
        Set<Long> away = new HashSet<>();
        items.layout()
                .byOwner(Arrays.stream(ids).boxed().toList(), Long::longValue)
                .forEach(
                        (owner, owned) -> {
                            if (answers.down.contains(owner)) {
                                away.addAll(owned);
                            }
                        });
        return away;
    }

    private static <T> T await(CompletableFuture<T> answer, Run run)
            throws ExecutionException, TimeoutException {
        try {
            long left = Math.max(1, run.left(Stage.RECHECK).toNanos());
            return answer.get(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }

    private static List<People.Verdict> verdictsOf(
            CompletableFuture<List<People.Verdict>> asked, int count, Answers answers, Run run) {
        try {
            return await(asked, run);
        } catch (ExecutionException | TimeoutException late) {
            answers.userIsDown = true;
            run.degrade("recheck", StageFrame.reason(late));
            return FilterStage.unconfirmed(count);
        }
    }

    private static Map<Long, List<Held>> labelsOf(
            CompletableFuture<Map<Long, List<Held>>> asked, long[] authors, Run run) {
        try {
            Map<Long, List<Held>> labels = await(asked, run);
            if (!Arrays.stream(authors).allMatch(labels::containsKey)) {
                run.degrade(AUTHORS, "UNAVAILABLE: owners of some did not answer");
            }
            return labels;
        } catch (ExecutionException | TimeoutException late) {
            run.degrade(AUTHORS, StageFrame.reason(late));
            return Map.of();
        }
    }

    private static String refusal(@Nullable ItemStanding item, Facts facts) {
        if (item == null) {
            return "deleted";
        }
        if (item.state() != ItemState.VISIBLE) {
            return "withheld";
        }
        return item.authorId() == facts.author() ? "" : "changed";
    }

    /// Takes out who was refused, and everything that a shard owns which does not answer.
    private Slate withoutRefused(Slate slate, Answers answers) {
        if (!answers.down.isEmpty()) {
            List<Long> rest = IntStream.of(slate.reserve()).mapToObj(slate.pool()::id).toList();
            items.layout()
                    .byOwner(rest, Long::longValue)
                    .forEach(
                            (owner, owned) -> {
                                if (answers.down.contains(owner)) {
                                    owned.stream()
                                            .filter(answers::isOpen)
                                            .forEach(id -> answers.refused.put(id, UNCONFIRMED));
                                }
                            });
        }
        Map<String, Set<Long>> byReason = new TreeMap<>();
        answers.refused.forEach(
                (id, reason) -> byReason.computeIfAbsent(reason, key -> new HashSet<>()).add(id));
        Slate left = slate;
        for (Map.Entry<String, Set<Long>> out : byReason.entrySet()) {
            left = left.then(PageRules.forbid(out.getValue()::contains, out.getKey()));
        }
        return left;
    }

    private static void count(Slate slate, int in, int before, Run run, long start) {
        Map<String, Integer> filtered = new TreeMap<>();
        List<Slate.Filtered> all = new ArrayList<>(slate.filtered());
        all.subList(before, all.size())
                .forEach(out -> filtered.merge(out.reason(), 1, Integer::sum));
        run.count(
                Stage.RECHECK,
                in,
                slate.selected().length,
                filtered,
                slate.reserve().length,
                (run.nanosSinceStart() - start) / NANOS_PER_MICRO);
    }
}
