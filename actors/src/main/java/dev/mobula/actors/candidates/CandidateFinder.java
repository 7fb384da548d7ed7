package dev.mobula.actors.candidates;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The candidate service, as its callers see it.
public final class CandidateFinder {
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);
    private static final Duration REBUILD_LIMIT = Duration.ofMinutes(10);
    private static final int SERVICE_THREADS = 16;

    // Sources are told to end a little before the caller gives up, so that what they have arrives.
    private static final double SHARE_FOR_SOURCES = .8;

    private final Cluster cluster;
    private final ServiceRef service;

    public CandidateFinder(Cluster cluster, ServiceRef service) {
        this.cluster = cluster;
        this.service = service;
    }

    /// Starts the service under the given name.
    public static CandidateFinder spawn(
            Cluster cluster, String name, int replicas, CandidateSettings settings) {
        return new CandidateFinder(
                cluster,
                cluster.spawn(
                        ServiceSpec.named(name, CandidateService.Factory.class)
                                .settings(CandidateSettings.CODEC.encode(settings))
                                .replicas(replicas)
                                .threads(SERVICE_THREADS)
                                .build()));
    }

    /// Items for a person.
    public CompletableFuture<FoundCandidates> find(CandidateQuery query, Duration limit) {
        return ask(CandidateProtocol.FIND, query, limit);
    }

    /// People to follow for a person.
    public CompletableFuture<FoundCandidates> findPeople(CandidateQuery query, Duration limit) {
        return ask(CandidateProtocol.FIND_PEOPLE, query, limit);
    }

    private CompletableFuture<FoundCandidates> ask(int op, CandidateQuery query, Duration limit) {
        long forSources = (long) (limit.toNanos() * SHARE_FOR_SOURCES);
        byte[] message =
                CandidateProtocol.FINDING.encode(new CandidateProtocol.Find(query, forSources));
        Request request = Request.of(op, message).within(limit).retried();
        return cluster.call(service, request).thenApply(CandidateProtocol.FOUND::decode);
    }

    /// A replica since its last start.
    ///
    /// @param knowsPast whether it was told what people did before
    public record Listening(long instance, boolean knowsPast) {}

    /// Tells every replica what people did; who has heard it.
    public CompletableFuture<List<Listening>> tell(List<Signal> signals) {
        return tell(new CandidateProtocol.Telling(0, false, signals));
    }

    /// Tells one instance alone what people did before it started.
    ///
    /// @param isAll whether it knows the past with these
    public CompletableFuture<Void> tellPast(long instance, List<Signal> signals, boolean isAll) {
        return tell(new CandidateProtocol.Telling(instance, isAll, signals)).thenAccept(all -> {});
    }

    private CompletableFuture<List<Listening>> tell(CandidateProtocol.Telling telling) {
        ByteBuffer message = ByteBuffer.wrap(CandidateProtocol.TELLING.encode(telling));
        List<CompletableFuture<byte[]>> heard =
                cluster.ship(service, CandidateProtocol.SIGNALS, message, SIGNAL_LIMIT);
        return CompletableFuture.allOf(heard.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        done ->
                                heard.stream()
                                        .map(CompletableFuture::join)
                                        .map(CandidateProtocol.LISTENING::decode)
                                        .toList());
    }

    /// Has one replica make its models over histories anew at once.
    public CompletableFuture<Void> rebuild() {
        Request request =
                Request.of(CandidateProtocol.REBUILD, CandidateProtocol.NOTHING)
                        .within(REBUILD_LIMIT);
        return cluster.call(service, request).thenAccept(done -> {});
    }

    public ServiceRef service() {
        return service;
    }
}
