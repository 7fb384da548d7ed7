package dev.mobula.cluster.engine;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.safety.PromotedModels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.safety.review.ReviewedPosts;
import dev.mobula.actors.safety.review.ReviewedPosts.Reviewed;
import dev.mobula.actors.safety.rules.LiveRules;
import dev.mobula.cluster.api.SafetyLearningStatus;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.campaign.NearDuplicates;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.TrainingException;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.safety.ActiveLearning;
import dev.mobula.training.safety.LabelAudit;
import dev.mobula.training.safety.LabelledTexts;
import dev.mobula.training.safety.NgramSettings;
import dev.mobula.training.safety.ReviewedTexts;
import dev.mobula.training.safety.TextLearning;
import dev.mobula.training.safety.TextTargets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A turn puts some of the last posts before people (those near a head's threshold, and others by chance, so that the share
 * of bad ones can be told), and decisions that look wrong to models that did not see them a second time. When people
 * decided enough that is new, models are trained on the file's texts and all decisions, compared with what serves, and
 * promoted through the store's gates; the guard takes up what is promoted by itself.
 */
/// Models of text that learn from people by themselves.
final class SafetyLearner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SafetyLearner.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NAME = "text";
    private static final String FILE = "safety-learning.json";
    private static final int DECISIONS_MAX = 100_000;
    private static final int ASKED_MAX = 100_000;
    private static final int AUDITED_MIN = 20;
    private static final double ALIKE = .6;
    private static final double MIDDLE = .5;
    private static final int TEXT_CHARS_MAX = 500;

    private final SafetyConfig config;
    private final Path file;
    private final ReviewDesk desk;
    private final ReviewedPosts posts;
    private final Optional<LiveRules> rules;
    private final InstantSource clock;
    private final Set<Long> asked = new LinkedHashSet<>();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile SafetyLearningStatus status;
    private volatile boolean closed;

    /// What outlives a restart.
    private record Kept(int learned) {}

    SafetyLearner(
            SafetyConfig config,
            Path state,
            ReviewDesk desk,
            ReviewedPosts posts,
            Optional<LiveRules> rules,
            InstantSource clock) {
        this.config = config;
        this.file = state.resolve(FILE);
        this.desk = desk;
        this.posts = posts;
        this.rules = rules;
        this.clock = clock;
        SafetyLearningStatus none = SafetyLearningStatus.NONE;
        status =
                new SafetyLearningStatus(
                        false, 0, kept(), 0, 0, none.bundle(), none.against(), none.failure());
        thread = Thread.ofPlatform().name("mobula-safety-learning").daemon().start(this::run);
    }

    private int kept() {
        try {
            return Files.exists(file)
                    ? JSON.readValue(Files.readString(file), Kept.class).learned()
                    : 0;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file.toString(), unreadable);
        }
    }

    SafetyLearningStatus status() {
        return status;
    }

    /// Asks for a turn now; false when one is under way.
    synchronized boolean ask() {
        if (status.turning()) {
            return false;
        }
        status = status.turning(true);
        wanted.release();
        return true;
    }

    private void run() {
        Instant next = clock.instant().plus(config.learning().every());
        try {
            while (!closed) {
                boolean isAsked = wanted.tryAcquire(1, TimeUnit.SECONDS);
                boolean isTime =
                        !config.learning().every().isZero() && !clock.instant().isBefore(next);
                if (isAsked || isTime) {
                    attempt();
                    next = clock.instant().plus(config.learning().every());
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() {
        status = status.turning(true);
        try {
            status = turn();
            LOG.info("models of text have learned: {}", status);
        } catch (TrainingException
                | RankingException
                | CallException
                | CompletionException
                | IOException
                | UncheckedIOException failed) {
            status = status.failed(String.valueOf(failed.getMessage()));
            LOG.warn("models of text stay as they are: {}", failed.getMessage());
        }
    }

    private SafetyLearningStatus turn() throws IOException {
        Path store =
                config.bundles()
                        .orElseThrow(
                                () ->
                                        TrainingException.invalid(
                                                "safety.bundles", "null", "there is no store"));
        PromotedModels models = new PromotedModels(store, clock);
        models.refresh();
        Optional<TextModel> serving = models.models().stream().findFirst();
        int queued = serving.isPresent() ? queue(serving.get()) : 0;
        List<Reviewed> decisions = posts.all(DECISIONS_MAX);
        int doubted = doubts(decisions);
        boolean isEnough =
                decisions.size() - status.learned() >= config.learning().decisionsLeast();
        if (config.learning().texts().isEmpty() || !isEnough) {
            return new SafetyLearningStatus(
                    false,
                    decisions.size(),
                    status.learned(),
                    queued,
                    doubted,
                    status.bundle(),
                    status.against(),
                    null);
        }
        TextLearning.Turn turn = learn(store, config.learning().texts().get(), decisions, serving);
        note(turn);
        byte[] json = JSON.writeValueAsBytes(new Kept(decisions.size()));
        DurableFile.write(file, json);
        return new SafetyLearningStatus(
                false,
                decisions.size(),
                decisions.size(),
                queued,
                doubted,
                turn.bundle(),
                turn.against(),
                null);
    }

    private TextLearning.Turn learn(
            Path store, Path texts, List<Reviewed> decisions, Optional<TextModel> serving)
            throws IOException {
        LabelledTexts base = LabelledTexts.read(texts, "text", "label", new Rejects(0));
        ReviewedTexts reviewed = new ReviewedTexts(decisions.stream().map(Reviewed::row).toList());
        Map<String, String> data = new LinkedHashMap<>();
        data.put("texts", DurableFile.sha256(texts));
        data.put(
                "decisions",
                DurableFile.sha256(reviewed.toString().getBytes(StandardCharsets.UTF_8)));
        return new TextLearning(
                        BundleStore.open(store, Long.MAX_VALUE, clock),
                        NgramSettings.usual(),
                        config.learning().stack())
                .turn(NAME, TextTargets.of(base), reviewed, serving, data);
    }

    private void note(TextLearning.Turn turn) {
        desk.note(
                "model-trained",
                Map.of(
                        "bundle", turn.bundle(),
                        "reviewed", Integer.toString(turn.reviewed()),
                        "outcome",
                                turn.isPromoted() ? "promoted" : String.join("; ", turn.against())),
                Map.of(),
                List.of());
    }

    /// Puts some of the last posts before people, by the heads of what serves; how many.
    private int queue(TextModel model) {
        if (rules.isEmpty() || config.learning().batch() == 0) {
            return 0;
        }
        Map<Long, String> fresh = new LinkedHashMap<>();
        for (Map<String, Object> event : rules.get().events(LiveRules.EVENTS_MAX)) {
            Subject subject = Subject.parse(String.valueOf(event.get("subject")));
            String text = String.valueOf(event.get("text"));
            if (subject.kind() == Subject.Kind.ITEM
                    && !asked.contains(subject.id())
                    && !text.isBlank()) {
                fresh.put(subject.id(), text);
            }
        }
        List<Long> ids = List.copyOf(fresh.keySet());
        double[][] scores = new double[model.heads().size()][ids.size()];
        Ngrams scratch = model.scratch();
        for (int i = 0; i < ids.size(); i++) {
            String text = fresh.getOrDefault(ids.get(i), "");
            double[] own = model.score(Canonicaliser.read(text), scratch);
            for (int head = 0; head < own.length; head++) {
                scores[head][i] = own[head];
            }
        }
        int size = Math.max(2, config.learning().batch() / model.heads().size());
        int queued = 0;
        for (int head = 0; head < scores.length && !ids.isEmpty(); head++) {
            String name = model.heads().get(head);
            OperatingPoint point = model.points().get(name);
            double threshold = point == null ? MIDDLE : Math.min(1, point.threshold());
            for (ActiveLearning.Pick one :
                    ActiveLearning.pick(scores[head], threshold, size, clock.millis())) {
                long id = ids.get(one.text());
                String why =
                        String.format(
                                Locale.ROOT,
                                "picked to learn from: score %.3f, stands for %.1f texts: %s",
                                one.score(),
                                one.weight(),
                                cut(fresh.getOrDefault(id, "")));
                suggest(id, name, "model:" + model.version(), one.score(), why);
                queued++;
            }
        }
        return queued;
    }

    private static String cut(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX);
    }

    private void suggest(long item, String policy, String by, double score, String why) {
        desk.suggest(new ReviewDesk.Suggestion(Subject.item(item), policy, by, score, 1, 1, why));
        if (asked.size() == ASKED_MAX) {
            asked.remove(asked.iterator().next());
        }
        asked.add(item);
    }

    /// Puts decisions that are probably wrong before people once more; how many.
    private int doubts(List<Reviewed> decisions) {
        int most = config.learning().batch() / 2;
        int doubted = 0;
        Map<String, List<Reviewed>> byLabel =
                decisions.stream().collect(Collectors.groupingBy(one -> one.row().label()));
        for (Map.Entry<String, List<Reviewed>> one : byLabel.entrySet()) {
            List<Reviewed> own = one.getValue();
            long positive = own.stream().filter(row -> row.row().isPositive()).count();
            if (Math.min(positive, own.size() - positive) < AUDITED_MIN) {
                continue;
            }
            List<String> texts = own.stream().map(row -> row.row().text()).toList();
            List<String> names = new ArrayList<>();
            own.forEach(row -> names.add(row.row().isPositive() ? "yes" : "no"));
            List<String> canonical =
                    texts.stream().map(text -> Canonicaliser.read(text).text()).toList();
            List<LabelAudit.Doubt> doubts =
                    LabelAudit.of(
                            NgramSettings.usual(),
                            LabelledTexts.of(texts, names),
                            NearDuplicates.groups(canonical, ALIKE),
                            Progress.NONE);
            for (LabelAudit.Doubt doubt : doubts) {
                long item = own.get(doubt.text()).item();
                if (doubted < most && !asked.contains(item)) {
                    String why =
                            String.format(
                                    Locale.ROOT,
                                    "decided as %s, looks like %s by %.2f: %s",
                                    names.get(doubt.text()),
                                    names.get(doubt.text()).equals("yes") ? "no" : "yes",
                                    doubt.margin(),
                                    cut(texts.get(doubt.text())));
                    suggest(item, one.getKey(), "model:audit", MIDDLE, why);
                    doubted++;
                }
            }
        }
        return doubted;
    }

    /// Ends after the turn that is under way.
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
