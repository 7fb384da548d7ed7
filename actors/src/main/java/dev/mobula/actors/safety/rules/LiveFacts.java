package dev.mobula.actors.safety.rules;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.PromotedModels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.ranking.safety.rules.Facts;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.DenseBlocks;
import dev.mobula.retrieval.canonical.Canonical;
import dev.mobula.retrieval.canonical.Canonicaliser;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * What a batch of events asks twice is asked once. Which accounts act together is asked again after a minute, and only
 * when a rule wants to know. A service that does not answer is left alone for some seconds: until then it says nothing,
 * which is 0 or false, and how often that was so is counted.
 */
/// What live rules ask of models, lists, labels, campaigns and the account graph, with the evidence. One thread at a time.
final class LiveFacts implements Facts {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFacts.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long BLOCKS_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final long ALONE_MILLIS = Duration.ofSeconds(5).toMillis();
    private static final int EVIDENCE_MAX = 10;

    private final RuleLists lists;
    private final Labels labels;
    private final Campaigns campaigns;
    private final Optional<PromotedModels> models;
    private final InstantSource clock;
    private final Map<String, Map<String, Double>> scores = new HashMap<>();
    private final Map<String, Optional<Campaign>> like = new HashMap<>();
    private final Map<Subject, Set<String>> held = new HashMap<>();
    private final List<String> evidence = new ArrayList<>();
    private Map<Long, Double> together = Map.of();
    private long blocksMillis = Long.MIN_VALUE;
    private long aloneUntilMillis = Long.MIN_VALUE;
    private long unanswered;

    LiveFacts(
            RuleLists lists,
            Labels labels,
            Campaigns campaigns,
            Optional<PromotedModels> models,
            InstantSource clock) {
        this.lists = lists;
        this.labels = labels;
        this.campaigns = campaigns;
        this.models = models;
        this.clock = clock;
    }

    /// Another batch: what was asked for the last may be otherwise by now.
    void begin() {
        scores.clear();
        like.clear();
        held.clear();
    }

    @Override
    public void ruleBegins() {
        evidence.clear();
    }

    /// What the rule that was evaluated last rests on.
    String evidence() {
        return String.join("; ", evidence);
    }

    /// How often a service that was asked did not answer.
    long unanswered() {
        return unanswered;
    }

    private void note(String what) {
        if (evidence.size() < EVIDENCE_MAX && !evidence.contains(what)) {
            evidence.add(what);
        }
    }

    @Override
    public double score(String model, String text) {
        double score = scores.computeIfAbsent(text, this::scored).getOrDefault(model, 0.0);
        if (score > 0) {
            note(String.format(Locale.ROOT, "%s %.3f", model, score));
        }
        return score;
    }

    /// By head; the highest over the models that have it.
    private Map<String, Double> scored(String text) {
        Map<String, Double> byHead = new HashMap<>();
        Canonical canonical = Canonicaliser.read(text);
        for (TextModel model : models.map(PromotedModels::models).orElse(List.of())) {
            Ngrams scratch = model.scratch();
            double[] own = model.score(canonical, scratch);
            for (int head = 0; head < own.length; head++) {
                byHead.merge(model.heads().get(head), own[head], Math::max);
            }
        }
        return byHead;
    }

    @Override
    public boolean inSet(String set, String member) {
        Optional<String> entry = lists.entry(set, member);
        entry.ifPresent(one -> note("list " + set + ": " + one));
        return entry.isPresent();
    }

    @Override
    public boolean label(String subject, String label) {
        try {
            return held.computeIfAbsent(Subject.parse(subject), this::labelsOf).contains(label);
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private Set<String> labelsOf(Subject subject) {
        if (isAlone()) {
            return Set.of();
        }
        try {
            return labels
                    .of(List.of(subject), LIMIT)
                    .join()
                    .getOrDefault(subject, List.of())
                    .stream()
                    .map(GivenLabel::label)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (CompletionException | CallException away) {
            alone(away);
            return Set.of();
        }
    }

    @Override
    public double campaign(String text) {
        Optional<Campaign> found = like.computeIfAbsent(text, this::campaignOf);
        found.ifPresent(
                one ->
                        note(
                                "campaign %d: %d posts of %d accounts since %d"
                                        .formatted(
                                                one.id(),
                                                one.postsCount(),
                                                one.accountsCount(),
                                                one.sinceMillis())));
        return found.map(Campaign::score).orElse(0.0);
    }

    private Optional<Campaign> campaignOf(String text) {
        if (text.isBlank() || isAlone()) {
            return Optional.empty();
        }
        try {
            return campaigns.like(text);
        } catch (CompletionException | CallException away) {
            alone(away);
            return Optional.empty();
        }
    }

    @Override
    public double graphScore(String actor) {
        long now = clock.millis();
        if (now - BLOCKS_MILLIS >= blocksMillis && !isAlone()) {
            blocksMillis = now;
            try {
                Map<Long, Double> found = new HashMap<>();
                for (DenseBlocks.Block block : campaigns.blocks()) {
                    block.accounts().forEach(one -> found.merge(one, 1 - block.p(), Math::max));
                }
                together = found;
            } catch (CompletionException | CallException away) {
                alone(away);
            }
        }
        double score =
                actor.matches("-?\\d{1,18}")
                        ? together.getOrDefault(Long.parseLong(actor), 0.0)
                        : 0;
        if (score > 0) {
            note(
                    String.format(
                            Locale.ROOT,
                            "account %s acts together with others, %.2f",
                            actor,
                            score));
        }
        return score;
    }

    private boolean isAlone() {
        boolean isAlone = clock.millis() < aloneUntilMillis;
        unanswered += isAlone ? 1 : 0;
        return isAlone;
    }

    private void alone(RuntimeException away) {
        LOG.warn("rules go on without an answer: {}", away.getMessage());
        unanswered++;
        aloneUntilMillis = clock.millis() + ALONE_MILLIS;
    }
}
