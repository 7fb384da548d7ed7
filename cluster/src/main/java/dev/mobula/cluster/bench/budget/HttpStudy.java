package dev.mobula.cluster.bench.budget;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.DeskParts;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.api.NotificationRoutes;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Reservations over HTTP at a rate that does not wait for answers: each is timed from when it was due to be sent.
final class HttpStudy {
    private static final int PER_SECOND = 1_000;
    private static final int WARM_UP_SECONDS = 5;
    private static final double P99_MILLIS_MAX = 15;

    private HttpStudy() {}

    static void run(Report report, BenchContext context) throws IOException, InterruptedException {
        Files.createDirectories(context.prepared());
        Path folder = Files.createTempDirectory(context.prepared(), "notify-http");
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(folder))) {
            Ledgers ledgers = Ledgers.spawn(cluster, "ledger", 1);
            ledgers.putPolicy("default", BudgetPolicy.ofDailyCap(3, ZoneOffset.UTC));
            PriceBoard board = PriceBoard.open(cluster, "prices", System::nanoTime);
            InstantSource clock = InstantSource.system();
            NotificationDesk desk = new NotificationDesk(DeskParts.of(ledgers, board, 0, clock));
            NotificationRoutes routes =
                    new NotificationRoutes(ledgers, board, desk, (user, limit) -> List.of(), clock);
            try (Gateway gateway =
                    Gateway.start(
                            GatewayOptions.onLoopback(0), routes.routes(), System::nanoTime)) {
                measure(report, gateway.port(), context.quick() ? 5 : 20);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static void measure(Report report, int port, int seconds) throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            AtomicInteger failed = new AtomicInteger();
            send(client, port, 0, WARM_UP_SECONDS * PER_SECOND, failed);
            failed.set(0);
            long[] nanos =
                    send(client, port, WARM_UP_SECONDS * PER_SECOND, seconds * PER_SECOND, failed);
            Arrays.sort(nanos);
            double p50 = nanos[nanos.length / 2] / 1e6;
            double p99 = nanos[(int) (nanos.length * 0.99)] / 1e6;
            report.table(
                            "reservations over HTTP, " + PER_SECOND + " a second, open loop",
                            Table.of("reservations", "failed", "p50 ms", "p99 ms")
                                    .row(nanos.length, failed.get(), p50, p99))
                    .figure("http_reserve_millis_p50", p50)
                    .figure("http_reserve_millis_p99", p99)
                    .check(Check.atMost("a reserve over HTTP, p99", p99, "ms", P99_MILLIS_MAX))
                    .check(
                            Check.all(
                                    "reserves over HTTP answered",
                                    nanos.length - failed.get(),
                                    nanos.length));
        }
    }

    private static long[] send(
            HttpClient client, int port, int first, int count, AtomicInteger failed)
            throws InterruptedException {
        long[] nanos = new long[count];
        Semaphore ended = new Semaphore(0);
        URI place = URI.create("http://127.0.0.1:" + port + "/v1/notifications/reserve");
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / PER_SECOND;
            long wait;
            while ((wait = due - System.nanoTime()) > 0) {
                LockSupport.parkNanos(wait);
            }
            int user = first + i;
            int at = i;
            String body =
                    "{\"user\":%d,\"channel\":\"PUSH\",\"type\":\"like\",\"idempotencyKey\":\"h%d\"}"
                            .formatted(user, user);
            HttpRequest request =
                    HttpRequest.newBuilder(place)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            var _ =
                    client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                            .whenComplete(
                                    (answer, failure) -> {
                                        nanos[at] = System.nanoTime() - due;
                                        if (failure != null || answer.statusCode() != 200) {
                                            failed.incrementAndGet();
                                        }
                                        ended.release();
                                    });
        }
        ended.acquire(count);
        return nanos;
    }
}
