package dev.mobula.actors.feed;

import dev.mobula.actors.ranker.Scores;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.experiment.Assignment;
import dev.mobula.ranking.experiment.ExperimentPlan;
import dev.mobula.ranking.explain.Counterfactual;
import dev.mobula.ranking.explain.Explanation;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import dev.mobula.training.log.Impression;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The feed: pages for users, why they are as they are, and the same pages scored again.
///
/// A stage that is late or away shortens the page or its ranking, never fails it, and is named in the reply. Only a bad
/// request, and more requests at once than there can be, are refused.
public final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final int WARM_PAGES = 5;

    private final FeedParts parts;
    private final FeedSettings settings;
    private final InstantSource clock;
    private final ItemCatalog catalog;
    private final Pipeline pipeline;
    private final ServedBundles bundles;
    private final CursorSeal cursors;
    private final FeedParameters parameters;
    private final Load load;
    private final PageLog log;
    private final FeedMeters meters;
    private final SplittableRandom seeds;
    private volatile ExperimentPlan experiments;

    private Feed(FeedParts parts, FeedSettings settings, InstantSource clock, long seed) {
        this.parts = parts;
        this.settings = settings;
        this.clock = clock;
        seeds = new SplittableRandom(seed);
        parameters = new FeedParameters(settings);
        experiments = new ExperimentPlan(List.of(), 0, FeedParameters.all(settings));
        cursors = new CursorSeal(settings.sessions().cursorKey());
        load = new Load(settings.load().inFlightMax(), settings.load().targetP95().toNanos());
        catalog = new ItemCatalog(parts.cluster(), parts.items().layout(), settings.itemsMax());
        pipeline = new Pipeline(parts, catalog, settings);
        bundles = new ServedBundles(parts.rankers());
        log = new PageLog(parts.impressions(), parts.rankers());
        meters = new FeedMeters(parts.cluster().meters(), load, pipeline.frame(), log);
    }

    /// Opens a feed, and waits a while until it knows the items there are. Whoever opens it closes it; the services and
    /// the log stay their owners'.
    public static Feed open(FeedParts parts, FeedSettings settings, InstantSource clock) {
        return open(parts, settings, clock, new SecureRandom().nextLong());
    }

    /// The same with a seed for every random choice.
    public static Feed open(
            FeedParts parts, FeedSettings settings, InstantSource clock, long seed) {
        Feed feed = new Feed(parts, settings, clock, seed);
        feed.catalog.awaitCaughtUp(settings.catchUpLimit());
        feed.readLineup();
        feed.bundles.start();
        return feed;
    }

    /// Puts experiments in force for every request from now on.
    public void experiments(ExperimentPlan plan) {
        experiments =
                new ExperimentPlan(
                        plan.experiments(), plan.holdoutShare(), FeedParameters.all(settings));
    }

    /// Makes one page.
    public FeedPage page(FeedRequest request) {
        load.enter();
        long start = System.nanoTime();
        try {
            boolean isLogged = !request.debug() && log.keeps();
            Run run = begin(request);
            Pipeline.Made made = pipeline.make(run, isLogged);
            if (isSuperseded(run)) {
                run = begin(request);
                made = pipeline.make(run, isLogged);
            }
            FeedPage page = request.debug() ? look(run, made) : serve(run, made);
            meters.made(page, request.limit(), System.nanoTime() - start);
            return page;
        } finally {
            load.leave(System.nanoTime() - start);
        }
    }

    /// Whether the bundle that the request began with went out of service under it, and another one answers now.
    private boolean isSuperseded(Run run) {
        return Failure.REFUSED.name().equals(run.degraded().get(Stage.RANKING.label()))
                && readLineup()
                && !bundles.of(run.user()).equals(run.serving());
    }

    /// Has every request from now on answered by the line-up that the rankers have in force; false when none of them
    /// tells. Feeds hear of it by themselves a moment later.
    public boolean readLineup() {
        try {
            bundles.refresh();
            return true;
        } catch (CallException away) {
            LOG.warn("the line-up is not known: {}", away.getMessage());
            return false;
        }
    }

    private Run begin(FeedRequest request) {
        long now = clock.millis();
        Assignment assignment = experiments.assign(request.user(), now);
        long seed = nextSeed();
        String session =
                request.cursor().isEmpty()
                        ? Long.toHexString(seed)
                        : cursorOf(request, now).sessionName();
        return new Run(
                request,
                bundles.of(request.user()),
                assignment,
                parameters.of(request.surface(), assignment),
                session,
                seed,
                now,
                load.factor(),
                settings.budget(),
                System::nanoTime);
    }

    private CursorSeal.Cursor cursorOf(FeedRequest request, long now) {
        return cursors.open(request.cursor(), request.user(), request.surface(), now);
    }

    private synchronized long nextSeed() {
        return seeds.nextLong();
    }

    /// Marks the page served, logs it, and seals the way to the next.
    private FeedPage serve(Run run, Pipeline.Made made) {
        long[] ids = made.page().slate().page();
        boolean isServed =
                ids.length == 0
                        || pipeline.frame()
                                .ask(
                                        Stage.SERVED,
                                        run,
                                        limit ->
                                                parts.people()
                                                        .served(
                                                                run.user(),
                                                                run.session(),
                                                                ids,
                                                                limit)
                                                        .thenApply(done -> true),
                                        () -> false);
        String requestId = log.idOf(run, made.page());
        List<FeedPage.Entry> entries = Entries.of(made);
        log.keep(requestId, run, made, entries);
        String cursor = isServed && ids.length > 0 ? nextCursor(run) : "";
        return pageOf(requestId, run, made, entries, cursor);
    }

    private FeedPage look(Run run, Pipeline.Made made) {
        String requestId = log.idOf(run, made.page());
        return pageOf(requestId, run, made, Entries.of(made), "");
    }

    private String nextCursor(Run run) {
        FeedRequest request = run.request();
        int pages = request.cursor().isEmpty() ? 1 : cursorOf(request, run.nowMillis()).pages() + 1;
        long expires = run.nowMillis() + settings.sessions().age().toMillis();
        long session = Long.parseUnsignedLong(run.session(), 16);
        return cursors.seal(
                new CursorSeal.Cursor(run.user(), session, pages, expires), request.surface());
    }

    private static FeedPage pageOf(
            String requestId,
            Run run,
            Pipeline.Made made,
            List<FeedPage.Entry> entries,
            String cursor) {
        return new FeedPage(
                requestId,
                run.user(),
                run.request().surface(),
                made.page().ranking().scores().map(Scores::model).orElse(FeedPage.UNRANKED),
                entries,
                cursor,
                run.degraded(),
                run.assignment().exposures(),
                run.counts());
    }

    /// Makes the page as it would be now, shown to nobody, and tells why one place, counted from 1, is what it is.
    ///
    /// @param otherValue another value expression, to see the page under it
    public FeedExplanation explain(FeedRequest request, int place, Optional<String> otherValue) {
        Run run = begin(request.asDebug());
        Pipeline.Made made = pipeline.make(run, true);
        Arrangement page = made.page();
        Scores scores =
                page.ranking()
                        .scores()
                        .orElseThrow(
                                () ->
                                        new CallException(
                                                Failure.UNAVAILABLE,
                                                "the page was not ranked: " + run.degraded()));
        int[] selected = page.slate().selected();
        if (place < 1 || place > selected.length) {
            throw new IllegalArgumentException(
                    "place=" + place + " is outside 1.." + selected.length);
        }
        Explanation explanation = explain(page, scores, selected[place - 1]);
        Optional<Counterfactual> counterfactual =
                otherValue.map(other -> counterfactual(other, page, run));
        return new FeedExplanation(look(run, made), explanation, counterfactual);
    }

    private Counterfactual counterfactual(String other, Arrangement page, Run run) {
        Slate slate = pipeline.under(parsed(page.ranking(), other), page.ranking(), run).slate();
        return Counterfactual.of(other, page.slate(), slate);
    }

    private static ValueExpression parsed(Ranking ranking, String value) {
        try {
            return ranking.parse(value);
        } catch (RankingException refused) {
            throw new IllegalArgumentException("value: " + refused.getMessage(), refused);
        }
    }

    private Explanation explain(Arrangement page, Scores scores, int index) {
        int ranked = page.ranked()[index];
        List<FeatureLayout.Reading> features =
                parts.rankers()
                        .describe(
                                scores.model(),
                                scores.kernel(),
                                scores.vectors().get(ranked),
                                settings.budget())
                        .join();
        return Explanation.of(
                scores.ids()[ranked],
                scores.batch(),
                features,
                page.ranking().headScores(ranked),
                page.value(),
                page.slate());
    }

    /// A page as it was logged; empty when it is not kept, or not any more.
    public Optional<LoggedPage> logged(String requestId) {
        return parts.impressions().page(requestId);
    }

    /// Scores a logged page again with the version and the kernel that scored it: the same bits, or a refusal by name.
    public Replay replay(String requestId) {
        List<Impression> shown = parts.impressions().shown(requestId);
        if (shown.isEmpty()) {
            throw new CallException(
                    Failure.REFUSED, "request " + requestId + " has no scores in the log");
        }
        List<Replay.Place> places = new ArrayList<>();
        for (Impression one : shown) {
            places.add(new Replay.Place(one.item(), one.scores(), scoredAgain(one)));
        }
        return new Replay(requestId, shown.getFirst().model(), shown.getFirst().kernel(), places);
    }

    private List<Float> scoredAgain(Impression one) {
        Scores scores =
                parts.rankers()
                        .replay(
                                one.model(),
                                KernelIdentity.parse(one.kernel()),
                                one.features().toBytes(),
                                settings.budget())
                        .join();
        List<Float> values = new ArrayList<>();
        for (int head = 0; head < scores.heads().size(); head++) {
            values.add(scores.value(0, head));
        }
        return values;
    }

    /// How it fares.
    public FeedStatus status() {
        Map<String, FeedStatus.StageTotals> stages = new TreeMap<>();
        for (Stage stage : Stage.values()) {
            StageFrame.Totals totals = pipeline.frame().totalsOf(stage);
            stages.put(
                    stage.label(),
                    new FeedStatus.StageTotals(
                            totals.calls().sum(),
                            totals.failures().sum(),
                            TimeUnit.NANOSECONDS.toMicros(totals.nanos().sum())));
        }
        return new FeedStatus(
                load.factor(),
                load.inFlight(),
                load.inFlightMax(),
                TimeUnit.NANOSECONDS.toMicros(load.p95Nanos()),
                load.refused(),
                catalog.size(),
                catalog.tooMany(),
                behind(),
                log.lost(),
                stages);
    }

    private List<String> behind() {
        List<String> all = new ArrayList<>(catalog.behind());
        all.addAll(bundles.troubles());
        return all;
    }

    /// Waits until every item that is stored now is known here. False when the time is over.
    public boolean awaitItems(Duration limit) {
        return catalog.awaitReached(parts.items(), limit);
    }

    /// Looks at pages until one is whole, so that the first that counts is not the first that the process makes. False
    /// when the time is over.
    public boolean warmUp(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        FeedRequest request = FeedRequest.of(0, FeedRequest.LIMIT_MAX).asDebug();
        int whole = 0;
        while (whole < WARM_PAGES && System.nanoTime() < deadline) {
            whole = page(request).degraded().isEmpty() ? whole + 1 : 0;
        }
        return whole == WARM_PAGES;
    }

    @Override
    public void close() {
        meters.close();
        bundles.close();
        catalog.close();
    }
}
