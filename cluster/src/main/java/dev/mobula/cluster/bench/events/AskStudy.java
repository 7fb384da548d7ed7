package dev.mobula.cluster.bench.events;

import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.runtime.Latencies;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;

/// Asking for users, one request after the other: the view a page begins with, the check of its candidates and of itself,
/// and noting what it showed.
final class AskStudy {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CANDIDATES = 500;
    private static final int PAGE = 30;
    private static final int FOLLOWS = 50;

    private final UserShards users;
    private final EventSource source = new EventSource();

    AskStudy(UserShards users) {
        this.users = users;
    }

    void run(BenchContext context, Report report) {
        int count = context.quick() ? 2_000 : 20_000;
        connect(200);
        long[] candidates = items(CANDIDATES);
        long[] page = items(PAGE);
        Table table = Table.of("asked", "p50 us", "p99 us");
        add(table, report, "view", measure(count, i -> users.view(source.user(), PATIENCE).join()));
        add(table, report, "check_500", measure(count, i -> check(candidates)));
        add(table, report, "check_30", measure(count, i -> check(page)));
        add(table, report, "served", measure(count / 10, i -> serve(i, page)));
        report.table("one request after the other", table);
    }

    /// Gives some users edges, as busy ones have them.
    private void connect(int busy) {
        for (long user = 0; user < busy; user++) {
            List<UserWrite> edges = new ArrayList<>();
            for (long target = 1; target <= FOLLOWS; target++) {
                edges.add(new UserWrite.Connect(user, EdgeKind.FOLLOW, -target, 0));
            }
            edges.add(new UserWrite.Connect(user, EdgeKind.BLOCK, -77, 0));
            edges.add(new UserWrite.Connect(user, EdgeKind.HIDE, 5, 0));
            users.write(edges).join();
        }
    }

    private long[] items(int count) {
        return LongStream.generate(source::item).limit(count).toArray();
    }

    private void check(long[] items) {
        users.check(source.user(), items, items, Optional.of("session"), PATIENCE).join();
    }

    private void serve(int i, long[] page) {
        users.served(source.user(), "session-" + i % 3, page, PATIENCE).join();
    }

    private static Latencies measure(int count, IntConsumer request) {
        for (int i = 0; i < count / 2; i++) {
            request.accept(i);
        }
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            request.accept(i);
            latencies.add(System.nanoTime() - start);
        }
        return latencies;
    }

    private static void add(Table table, Report report, String what, Latencies latencies) {
        table.row(what, latencies.p50(), latencies.p99());
        report.figure(what + "_micros_p50", latencies.p50())
                .figure(what + "_micros_p99", latencies.p99());
    }
}
