package dev.mobula.cluster.bench.feed;

import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.runtime.ServiceRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Mobula's feed in this process, its services here or on Ray.
final class MobulaFeed implements Contender {
    private static final double IDLE_SECONDS = 1;
    private static final int IDLE_CALLERS = 16;

    private final FeedEngine engine;
    private final ScoringCost scoring;
    private final Optional<OnRay> ray;

    /// The cluster whose processes count as this contender's while it is measured.
    record OnRay(RayCluster cluster, LocalCluster nodes) {}

    MobulaFeed(FeedEngine engine, ScoringCost scoring, Optional<OnRay> ray) {
        this.engine = engine;
        this.scoring = scoring;
        this.ray = ray;
    }

    @Override
    public String name() {
        return ray.isPresent() ? "Mobula on Ray" : "Mobula in one JVM";
    }

    @Override
    public LoadFigures closed(int callers, double seconds) throws InterruptedException {
        return new PageLoad(engine::ask, FeedWorld.USERS).closed(callers, seconds);
    }

    @Override
    public LoadFigures open(double perSecond, double seconds) throws InterruptedException {
        return new PageLoad(engine::ask, FeedWorld.USERS).open(perSecond, seconds);
    }

    /// The same of the feed that does less for a page rather than miss its target.
    LoadFigures openGuarded(double perSecond, double seconds) throws InterruptedException {
        return new PageLoad(engine::askGuarded, FeedWorld.USERS).open(perSecond, seconds);
    }

    @Override
    public List<List<Place>> pages(long[] users) {
        List<List<Place>> all = new ArrayList<>();
        for (long user : users) {
            List<Place> places = new ArrayList<>();
            for (FeedPage.Entry entry : engine.page(user).items()) {
                places.add(new Place(entry.id(), entry.value()));
            }
            all.add(places);
        }
        return all;
    }

    @Override
    public double scoringMicrosPerPage() {
        return scoring.microsPerPage();
    }

    @Override
    public double generatorMicros() throws IOException, InterruptedException {
        double before = ProcessorTime.ofProcess(ProcessHandle.current().pid());
        LoadFigures idle =
                new PageLoad(user -> PageLoad.Answer.WHOLE, FeedWorld.USERS)
                        .closed(IDLE_CALLERS, IDLE_SECONDS);
        double spent = ProcessorTime.ofProcess(ProcessHandle.current().pid()) - before;
        return spent * 1e6 / idle.whole();
    }

    @Override
    public Map<String, Double> processorSeconds() throws IOException {
        if (ray.isEmpty()) {
            return ProcessorTime.ofThisProcess();
        }
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (Map.Entry<ServiceRef, String> service : engine.roles().entrySet()) {
            long pid = ray.get().cluster().processOf(service.getKey());
            seconds.merge(service.getValue(), ProcessorTime.ofProcess(pid), Double::sum);
        }
        seconds.put("pages", ProcessorTime.ofProcess(ProcessHandle.current().pid()));
        seconds.put("Ray", PeerFeed.rayOf(ray.get().nodes()));
        return seconds;
    }
}
