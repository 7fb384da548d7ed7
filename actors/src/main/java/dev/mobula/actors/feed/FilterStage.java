package dev.mobula.actors.feed;

import dev.mobula.actors.candidates.FoundCandidates;
import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.retrieval.source.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Takes out what is known not to be wanted before it costs anything; owners are asked again at the end.
final class FilterStage {
    private static final int NANOS_PER_MICRO = 1_000;

    private final ItemCatalog catalog;
    private final People people;
    private final StageFrame frame;
    private final Set<String> hiddenLabels;

    FilterStage(ItemCatalog catalog, People people, StageFrame frame, Set<String> hiddenLabels) {
        this.catalog = catalog;
        this.people = people;
        this.frame = frame;
        this.hiddenLabels = hiddenLabels;
    }

    /// Those whose item is known, wanted by nobody else's label, and within its source's quota.
    List<Prospect> known(FoundCandidates found, Person person, Taste taste, Run run) {
        long start = run.nanosSinceStart();
        Set<String> forbidden = forbidden(person);
        Map<String, Integer> bySource = new HashMap<>();
        Map<String, Integer> filtered = new TreeMap<>();
        List<Prospect> kept = new ArrayList<>();
        for (int at = 0; at < found.candidates().size(); at++) {
            Candidate candidate = found.candidates().get(at);
            Facts facts = catalog.find(candidate.id());
            String refusal = refusal(candidate, facts, forbidden, run);
            if (refusal.isEmpty() && isOverQuota(candidate.source(), bySource, run)) {
                refusal = "quota";
            }
            if (refusal.isEmpty() && facts != null) {
                kept.add(new Prospect(at, candidate, facts, taste.vector()));
            } else {
                filtered.merge(refusal, 1, Integer::sum);
            }
        }
        run.count(
                Stage.FILTER,
                found.candidates().size(),
                kept.size(),
                filtered,
                0,
                (run.nanosSinceStart() - start) / NANOS_PER_MICRO);
        return kept;
    }

    Set<String> forbidden(Person person) {
        Set<String> all = new HashSet<>(hiddenLabels);
        all.addAll(person.hiddenLabels());
        return all;
    }

    private static String refusal(
            Candidate candidate, @Nullable Facts facts, Set<String> forbidden, Run run) {
        if (facts == null) {
            return "unknown";
        }
        FeedRequest request = run.request();
        if (request.exclude().contains(candidate.id()) || request.seen().contains(candidate.id())) {
            return "excluded";
        }
        return facts.forbidden(forbidden, run.nowMillis()).isPresent() ? "labelled" : "";
    }

    private static boolean isOverQuota(String source, Map<String, Integer> bySource, Run run) {
        Integer quota = run.tuning().quotas().get(source);
        return quota != null && bySource.merge(source, 1, Integer::sum) > quota;
    }

    /// Those that the user's owner allows; without its answer, none.
    List<Prospect> allowed(List<Prospect> prospects, Run run) {
        long start = run.nanosSinceStart();
        long[] items = prospects.stream().mapToLong(Prospect::id).toArray();
        long[] authors = prospects.stream().mapToLong(one -> one.facts().author()).toArray();
        List<People.Verdict> verdicts =
                frame.ask(
                        Stage.SEEN,
                        run,
                        limit -> people.check(run.user(), items, authors, run.session(), limit),
                        () -> unconfirmed(items.length));
        Map<String, Integer> filtered = new TreeMap<>();
        List<Prospect> kept = new ArrayList<>();
        for (int i = 0; i < items.length; i++) {
            if (verdicts.get(i) == People.Verdict.ALLOWED) {
                kept.add(prospects.get(i));
            } else {
                filtered.merge(nameOf(verdicts.get(i)), 1, Integer::sum);
            }
        }
        long micros = (run.nanosSinceStart() - start) / NANOS_PER_MICRO;
        run.count(Stage.SEEN, items.length, kept.size(), filtered, 0, micros);
        return kept;
    }

    static List<People.Verdict> unconfirmed(int count) {
        People.Verdict[] all = new People.Verdict[count];
        Arrays.fill(all, People.Verdict.UNCONFIRMED);
        return List.of(all);
    }

    static String nameOf(People.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
