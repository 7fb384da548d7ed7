package dev.mobula.actors.feed;

import dev.mobula.actors.candidates.FoundCandidates;
import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.ranking.safety.VisibilityPolicy;
import dev.mobula.ranking.safety.VisibilityPolicy.Decision;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.retrieval.source.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Takes out what is known not to be wanted before it costs anything; owners are asked again at the end.
final class FilterStage {
    private static final int NANOS_PER_MICRO = 1_000;

    /// Why something is not shown that bears a label.
    static final String LABELLED = "labelled";

    private final ItemCatalog catalog;
    private final People people;
    private final StageFrame frame;
    private final VisibilityPolicy policy;

    FilterStage(ItemCatalog catalog, People people, StageFrame frame, VisibilityPolicy policy) {
        this.catalog = catalog;
        this.people = people;
        this.frame = frame;
        this.policy = policy;
    }

    /// Those whose item is known, not dropped by its labels, and within its source's quota.
    List<Prospect> known(FoundCandidates found, Viewing viewing, Taste taste, Run run) {
        long start = run.nanosSinceStart();
        Map<String, Integer> bySource = new HashMap<>();
        Map<String, Integer> filtered = new TreeMap<>();
        List<Prospect> kept = new ArrayList<>();
        for (int at = 0; at < found.candidates().size(); at++) {
            Candidate candidate = found.candidates().get(at);
            Facts facts = catalog.find(candidate.id());
            String refusal = refusal(candidate, facts, viewing, run);
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

    /// What labels mean to this person in this request.
    Viewing viewing(Person person, Run run) {
        return Viewing.of(policy, run.request().surface(), person.wishes(), run.nowMillis());
    }

    private static String refusal(
            Candidate candidate, @Nullable Facts facts, Viewing viewing, Run run) {
        if (facts == null) {
            return "unknown";
        }
        FeedRequest request = run.request();
        if (request.exclude().contains(candidate.id()) || request.seen().contains(candidate.id())) {
            return "excluded";
        }
        return viewing.decide(facts.labels(), List.of()).isShown() ? "" : LABELLED;
    }

    private static boolean isOverQuota(String source, Map<String, Integer> bySource, Run run) {
        Integer quota = run.tuning().quotas().get(source);
        return quota != null && bySource.merge(source, 1, Integer::sum) > quota;
    }

    /// Those that the user's owner allows, without its answer none, and that their authors' labels do not drop; each
    /// with the weight that its labels leave it. What authors' owners do not answer now they are asked again at the end.
    List<Prospect> allowed(List<Prospect> prospects, Viewing viewing, Run run) {
        long start = run.nanosSinceStart();
        long[] items = prospects.stream().mapToLong(Prospect::id).toArray();
        long[] authors = prospects.stream().mapToLong(one -> one.facts().author()).toArray();
        long[] distinct = Arrays.stream(authors).distinct().toArray();
        Checked checked =
                frame.ask(
                        Stage.SEEN,
                        run,
                        limit ->
                                people.check(run.user(), items, authors, run.session(), limit)
                                        .thenCombine(people.labels(distinct, limit), Checked::new),
                        () -> new Checked(unconfirmed(items.length), Map.of()));
        Map<String, Integer> filtered = new TreeMap<>();
        List<Prospect> kept = new ArrayList<>();
        for (int i = 0; i < items.length; i++) {
            Prospect one = prospects.get(i);
            People.Verdict verdict = checked.verdicts().get(i);
            Decision decision =
                    viewing.decide(
                            one.facts().labels(),
                            checked.labels().getOrDefault(authors[i], List.of()));
            if (verdict == People.Verdict.ALLOWED && decision.isShown()) {
                kept.add(one.weighing(decision.weight()));
            } else {
                String reason = verdict == People.Verdict.ALLOWED ? LABELLED : nameOf(verdict);
                filtered.merge(reason, 1, Integer::sum);
            }
        }
        long micros = (run.nanosSinceStart() - start) / NANOS_PER_MICRO;
        run.count(Stage.SEEN, items.length, kept.size(), filtered, 0, micros);
        return kept;
    }

    private record Checked(List<People.Verdict> verdicts, Map<Long, List<Held>> labels) {}

    static List<People.Verdict> unconfirmed(int count) {
        People.Verdict[] all = new People.Verdict[count];
        Arrays.fill(all, People.Verdict.UNCONFIRMED);
        return List.of(all);
    }

    static String nameOf(People.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
