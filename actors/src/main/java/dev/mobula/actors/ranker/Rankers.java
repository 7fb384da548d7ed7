package dev.mobula.actors.ranker;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.serving.Lineup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// All rankers, as callers see them: equal services, each with its own items and models, asked in turn.
///
/// A ranker that is away costs nothing while another answers. Models are installed, and line-ups put in force, on every
/// ranker; each request is answered by one.
public final class Rankers {
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);
    private static final Duration CAUGHT_UP_POLL = Duration.ofMillis(5);
    private static final int SCORE_THREADS = 2;

    private final Cluster cluster;
    private final List<ServiceRef> rankers;
    private final AtomicInteger turn = new AtomicInteger();

    /// The rankers in the order of their numbers.
    public Rankers(Cluster cluster, List<ServiceRef> rankers) {
        if (rankers.isEmpty()) {
            throw new IllegalArgumentException("rankers=[]: there must be one at least");
        }
        this.cluster = cluster;
        this.rankers = List.copyOf(rankers);
    }

    /// Starts that many rankers, named `NAME-0`, `NAME-1` and so on.
    public static Rankers spawn(Cluster cluster, String name, int count, RankerSettings settings) {
        List<ServiceRef> refs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            refs.add(
                    cluster.spawn(
                            ServiceSpec.named(name + "-" + i, RankerService.Factory.class)
                                    .settings(RankerSettings.CODEC.encode(settings))
                                    .state(StateKind.LOCAL)
                                    .threads(SCORE_THREADS)
                                    .build()));
        }
        return new Rankers(cluster, refs);
    }

    /// The rankers, in the order of their numbers.
    public List<ServiceRef> rankers() {
        return rankers;
    }

    /// Scores one user's candidates on every head of the model that the user has.
    public CompletableFuture<Scores> score(RankRequest request, Duration limit) {
        return scoreAll(List.of(request), limit)
                .thenApply(
                        all ->
                                switch (all.getFirst()) {
                                    case Ranked.Scored(Scores scores) -> scores;
                                    case Ranked.Refused(long user, String reason) ->
                                            throw new CallException(
                                                    Failure.REFUSED,
                                                    "user " + user + ": " + reason);
                                });
    }

    /// Scores several users' candidates in one call; the answers come in the order of the requests.
    public CompletableFuture<List<Ranked>> scoreAll(List<RankRequest> requests, Duration limit) {
        byte[] message = RankerProtocol.REQUESTS.encode(requests);
        Request request = Request.of(RankerProtocol.SCORE, message).within(limit);
        int first = Math.floorMod(turn.getAndIncrement(), rankers.size());
        return ask(first, rankers.size(), request, System.nanoTime() + limit.toNanos())
                .thenApply(RankerProtocol.RANKED::decode);
    }

    /// Asks one ranker and, while it is away and there are others, the next; the last one with retries.
    private CompletableFuture<byte[]> ask(int index, int left, Request request, long deadline) {
        return ask(index, left, request, deadline, Rankers::isAway);
    }

    private CompletableFuture<byte[]> ask(
            int index, int left, Request request, long deadline, Predicate<Throwable> goesOn) {
        ServiceRef ranker = rankers.get(index % rankers.size());
        if (left == 1) {
            return cluster.call(ranker, request.retried());
        }
        return cluster.call(ranker, request)
                .exceptionallyCompose(
                        failed -> {
                            Duration rest = Duration.ofNanos(deadline - System.nanoTime());
                            return goesOn.test(failed) && rest.isPositive()
                                    ? ask(
                                            index + 1,
                                            left - 1,
                                            request.within(rest),
                                            deadline,
                                            goesOn)
                                    : CompletableFuture.failedFuture(failed);
                        });
    }

    private static boolean isAway(Throwable failed) {
        return isA(failed, Failure.UNAVAILABLE) || isA(failed, Failure.OVERLOADED);
    }

    private static boolean isA(Throwable failed, Failure kind) {
        Throwable cause =
                failed instanceof CompletionException wrapped ? wrapped.getCause() : failed;
        return cause instanceof CallException typed && typed.failure() == kind;
    }

    /// Scores a logged vector again with the version and the kernel that scored it: the same bits, or a refusal. Rankers
    /// choose their kernels for themselves, so every one is asked until one has this.
    public CompletableFuture<Scores> replay(
            String model, KernelIdentity kernel, byte[] vector, Duration limit) {
        Request request =
                Request.of(RankerProtocol.REPLAY, logged(model, kernel, vector)).within(limit);
        int first = Math.floorMod(turn.getAndIncrement(), rankers.size());
        return ask(
                        first,
                        rankers.size(),
                        request,
                        System.nanoTime() + limit.toNanos(),
                        failed -> isAway(failed) || isA(failed, Failure.REFUSED))
                .thenApply(RankerProtocol.SCORES::decode);
    }

    /// What a logged vector says, feature by feature.
    public CompletableFuture<List<FeatureLayout.Reading>> describe(
            String model, KernelIdentity kernel, byte[] vector, Duration limit) {
        return askOne(RankerProtocol.DESCRIBE, logged(model, kernel, vector), limit)
                .thenApply(RankerProtocol.READINGS::decode);
    }

    /// The line-up in force, as one ranker has it.
    public CompletableFuture<ServedLineup> lineup(Duration limit) {
        return askOne(RankerProtocol.LINEUP, RankerProtocol.NOTHING, limit)
                .thenApply(ServedLineup.CODEC::decode);
    }

    /// The features of a loaded version.
    public CompletableFuture<FeatureSchema> schema(String model, Duration limit) {
        return askOne(RankerProtocol.SCHEMA, RankerProtocol.TEXT_ALONE.encode(model), limit)
                .thenApply(RankerProtocol.TEXT_ALONE::decode)
                .thenApply(FeatureSchema::parse);
    }

    private static byte[] logged(String model, KernelIdentity kernel, byte[] vector) {
        return RankerProtocol.LOGGED.encode(new RankerProtocol.Logged(model, kernel, vector));
    }

    private CompletableFuture<byte[]> askOne(int op, byte[] message, Duration limit) {
        int first = Math.floorMod(turn.getAndIncrement(), rankers.size());
        Request request = Request.of(op, message).within(limit);
        return ask(first, rankers.size(), request, System.nanoTime() + limit.toNanos());
    }

    /// Makes every ranker copy, verify and load the model in this folder, which they all must see. Gives its version.
    public CompletableFuture<String> install(Path folder) {
        byte[] message = RankerProtocol.TEXT_ALONE.encode(folder.toAbsolutePath().toString());
        return everywhere(RankerProtocol.INSTALL, message, INSTALL_LIMIT)
                .thenApply(answers -> RankerProtocol.TEXT_ALONE.decode(answers.getFirst()));
    }

    /// Puts a line-up in force on every ranker; requests under way keep the one they began with.
    public CompletableFuture<Void> lineUp(Lineup lineup) {
        byte[] message = RankerProtocol.TEXT_ALONE.encode(lineup.toJson());
        return everywhere(RankerProtocol.LINE_UP, message, ASK_LIMIT).thenAccept(done -> {});
    }

    /// Makes every ranker forget a model that has no part in the line-up.
    public CompletableFuture<Void> retire(String version) {
        byte[] message = RankerProtocol.TEXT_ALONE.encode(version);
        return everywhere(RankerProtocol.RETIRE, message, ASK_LIMIT).thenAccept(done -> {});
    }

    /// Every ranker in words and numbers, in order.
    public List<RankerStatus> status() {
        return everywhere(RankerProtocol.STATUS, RankerProtocol.NOTHING, ASK_LIMIT)
                .thenApply(answers -> answers.stream().map(new StatusCodec()::decode).toList())
                .join();
    }

    /// Waits until every ranker has read all that the shards have now. False when the time is over.
    public boolean awaitCaughtUp(ItemShards shards, Duration limit) {
        List<Long> targets = new ArrayList<>();
        shards.stats().forEach(stats -> targets.add(stats.storePosition()));
        long deadline = System.nanoTime() + limit.toNanos();
        while (!status().stream().allMatch(status -> hasReached(status, shards, targets))) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(CAUGHT_UP_POLL.toNanos());
        }
        return true;
    }

    private static boolean hasReached(RankerStatus status, ItemShards shards, List<Long> targets) {
        return status.following().stream()
                .allMatch(
                        it -> {
                            for (int shard = 0; shard < targets.size(); shard++) {
                                if (shards.shards().get(shard).name().equals(it.shard())) {
                                    return it.position() >= targets.get(shard);
                                }
                            }
                            return true;
                        });
    }

    private CompletableFuture<List<byte[]>> everywhere(int op, byte[] message, Duration limit) {
        Request request = Request.of(op, message).within(limit).retried();
        List<CompletableFuture<byte[]>> answers =
                rankers.stream().map(ranker -> cluster.call(ranker, request)).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }
}
