package dev.mobula.actors.candidates;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemStream;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.source.Deadline;
import dev.mobula.retrieval.source.Retrieval;
import dev.mobula.retrieval.source.Retriever;
import dev.mobula.retrieval.source.SourceLane;
import dev.mobula.retrieval.source.SourceStatus;
import dev.mobula.retrieval.source.SourceTotals;
import dev.mobula.retrieval.vectors.LongTable;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// All sources of candidates behind one call: each with its quota and its deadline, merged, each candidate with its
/// source, score and reason.
///
/// What it knows of items and follows it reads from their shards, again after a restart. What it counts of people's
/// signals is in memory; the event log tells it the newest of them again then.
public final class CandidateService implements Service {
    private final SourceSet sources;
    private final Optional<Retriever> items;
    private final Optional<Retriever> people;
    private final ItemStream stream;
    private final ExecutorService searches =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("mobula-source-", 0).factory());
    private final Rebuilds rebuilds;
    private final long instance = 1 + new SecureRandom().nextLong(Long.MAX_VALUE - 1);
    private volatile boolean knowsPast;

    private CandidateService(ServiceContext context, CandidateSettings settings) {
        ItemShards shards = new ItemShards(context.cluster(), settings.items());
        UserShards users = new UserShards(context.cluster(), settings.users());
        sources = new SourceSet(new ShardSearches(shards), settings);
        items = retriever(settings, kind -> kind != SourceKind.PEOPLE);
        people = retriever(settings, kind -> kind == SourceKind.PEOPLE);
        items.ifPresent(retriever -> count(retriever, context));
        people.ifPresent(retriever -> count(retriever, context));
        stream = new ItemStream(context.cluster(), settings.items(), sources);
        rebuilds = new Rebuilds(sources, users, settings.rebuildMillis());
    }

    /// Starts the service from encoded [CandidateSettings].
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new CandidateService(
                    context, CandidateSettings.CODEC.decode(context.settings()));
        }
    }

    private Optional<Retriever> retriever(CandidateSettings settings, Predicate<SourceKind> taken) {
        List<SourceLane> lanes =
                settings.lanes().stream()
                        .filter(lane -> taken.test(lane.source()))
                        .map(
                                lane ->
                                        new SourceLane(
                                                sources.source(lane.source()),
                                                lane.quota(),
                                                TimeUnit.MILLISECONDS.toNanos(lane.budgetMillis()),
                                                lane.inFlightMax()))
                        .toList();
        return lanes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Retriever(lanes, searches, System::nanoTime));
    }

    /// What every source has done, as counters on the metrics page.
    private static void count(Retriever retriever, ServiceContext context) {
        MeterRegistry meters = context.meters();
        Tags who =
                Tags.of("service", context.name(), "replica", Integer.toString(context.replica()));
        for (SourceTotals totals : retriever.totals()) {
            for (SourceStatus status : SourceStatus.values()) {
                FunctionCounter.builder("mobula.source.calls", totals, all -> all.calls(status))
                        .tags(who.and("source", totals.source()))
                        .tag("status", status.name().toLowerCase(Locale.ROOT))
                        .register(meters);
            }
            FunctionCounter.builder("mobula.source.found", totals, SourceTotals::found)
                    .tags(who.and("source", totals.source()))
                    .register(meters);
            FunctionCounter.builder("mobula.source.kept", totals, SourceTotals::kept)
                    .tags(who.and("source", totals.source()))
                    .register(meters);
            FunctionCounter.builder("mobula.source.micros", totals, SourceTotals::micros)
                    .tags(who.and("source", totals.source()))
                    .register(meters);
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        try {
            return switch (op) {
                case CandidateProtocol.FIND -> find(items, request);
                case CandidateProtocol.FIND_PEOPLE -> find(people, request);
                case CandidateProtocol.REBUILD -> {
                    rebuilds.run();
                    yield CandidateProtocol.NOTHING;
                }
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            };
        } catch (RetrievalException failed) {
            throw RetrievalFailures.typed(failed);
        }
    }

    @Override
    public byte[] receive(int op, ByteBuffer shipment) throws Exception {
        if (op != CandidateProtocol.SIGNALS) {
            return Service.super.receive(op, shipment);
        }
        byte[] message = new byte[shipment.remaining()];
        shipment.duplicate().get(message);
        CandidateProtocol.Telling told = CandidateProtocol.TELLING.decode(message);
        if (told.instance() == 0 || told.instance() == instance) {
            told.signals().forEach(sources::learn);
            knowsPast |= told.isAllPast();
        }
        return CandidateProtocol.LISTENING.encode(
                new CandidateFinder.Listening(instance, knowsPast));
    }

    private static byte[] find(Optional<Retriever> retriever, byte[] request) {
        CandidateProtocol.Find find = CandidateProtocol.FINDING.decode(request);
        CandidateQuery query = find.query();
        Deadline deadline = new Deadline(System::nanoTime, System.nanoTime() + find.limitNanos());
        Retriever asked =
                retriever.orElseThrow(
                        () -> new CallException(Failure.REFUSED, "no source of this kind is set"));
        LongTable excluded = LongTable.of(query.excluded());
        Retrieval found =
                asked.retrieve(
                        query.toSourceQuery(deadline), id -> excluded.find(id) >= 0, query.share());
        return CandidateProtocol.FOUND.encode(
                new FoundCandidates(
                        IntStream.range(0, found.size()).mapToObj(found::candidate).toList(),
                        IntStream.range(0, found.size()).mapToLong(found::finders).toArray(),
                        found.reports()));
    }

    @Override
    public void close() {
        rebuilds.close();
        stream.close();
        searches.shutdownNow();
    }
}
