package dev.mobula.actors.ledger;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.GlobalCaps;
import dev.mobula.ranking.notify.ledger.LedgerError;
import dev.mobula.ranking.notify.ledger.LedgerMessages;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.Spent;
import dev.mobula.ranking.notify.ledger.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The budget ledger of everybody, as callers see it: people hashed over shards, one holder of the caps they share.
public final class Ledgers {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int SERVICE_THREADS = 4;
    private static final int BATCH_MAX = 256;
    private static final int OVER_PAGE = 500;

    private final Cluster cluster;
    private final ShardLayout layout;
    private final ServiceRef caps;
    private final Lanes lanes = new Lanes();

    private Ledgers(Cluster cluster, ShardLayout layout) {
        this.cluster = cluster;
        this.layout = layout;
        this.caps = new ServiceRef(capsOf(layout), 1);
    }

    private static String capsOf(ShardLayout layout) {
        return layout.name() + "-caps";
    }

    /// The ledgers that run already under this name.
    public static Ledgers of(Cluster cluster, ShardLayout layout) {
        return new Ledgers(cluster, layout);
    }

    /// Starts that many shards, named `NAME-0` and so on, and the holder of the caps, `NAME-caps`.
    public static Ledgers spawn(Cluster cluster, String name, int count) {
        return spawn(cluster, name, count, TICK);
    }

    /// @param tick how often what has run out is swept and digests are flushed
    static Ledgers spawn(Cluster cluster, String name, int count, Duration tick) {
        ShardLayout layout = new ShardLayout(name, count);
        cluster.spawn(
                ServiceSpec.named(capsOf(layout), CapService.Factory.class)
                        .state(StateKind.LOCAL)
                        .build());
        LedgerSettings settings = new LedgerSettings(layout, capsOf(layout), tick);
        for (ServiceRef shard : layout.shards()) {
            cluster.spawn(
                    ServiceSpec.named(shard.name(), LedgerService.Factory.class)
                            .settings(LedgerSettings.CODEC.encode(settings))
                            .state(StateKind.LOCAL)
                            .threads(SERVICE_THREADS)
                            .limits(
                                    MailboxLimits.standard()
                                            .withRequestBytesMax(1 << 20)
                                            .withBatch(BATCH_MAX, Duration.ZERO))
                            .build());
        }
        return new Ledgers(cluster, layout);
    }

    /// Carries out a command about one person, at their shard. Of one person only so many are under way at once; more are
    /// `OVERLOADED`, so that one does not hold up the others.
    ///
    /// What the ledger answers is an outcome; a failed call says that nothing is known: the same key, or the reservation's
    /// own state, tells.
    public CompletableFuture<Outcome> apply(Command command) {
        UserKey owner = owner(command);
        return lanes.run(owner, () -> ask(layout.owner(owner.user()), command));
    }

    private CompletableFuture<Outcome> ask(ServiceRef shard, Command command) {
        Request request =
                Request.of(CapProtocol.APPLY, LedgerMessages.encode(command)).within(LIMIT);
        return cluster.call(
                        shard, command instanceof Command.BeginSend ? request : request.retried())
                .thenApply(LedgerMessages::outcome);
    }

    private static UserKey owner(Command command) {
        return switch (command) {
            case Command.Reserve reserve -> reserve.owner();
            case Command.BeginSend begin -> begin.id().owner();
            case Command.Commit commit -> commit.id().owner();
            case Command.Release release -> release.id().owner();
            case Command.Extend extend -> extend.id().owner();
            case Command.GetReservation get -> get.id().owner();
            case Command.GetBudget get -> get.owner();
            case Command.PutContact put -> put.owner();
            case Command.GetContact get -> get.owner();
            case Command.AddDigestItem add -> add.owner();
            case Command.FlushDigest flush -> flush.owner();
            case Command.PeekDigest peek -> peek.owner();
            case Command.KeepAnswer keep -> keep.owner();
            case Command.FindAnswer find -> find.owner();
            case Command.RecordOutcome record -> record.owner();
            case Command.GetOutcomes get -> get.owner();
            case Command other ->
                    throw new IllegalArgumentException(
                            "command=" + other.getClass().getSimpleName() + " is of nobody");
        };
    }

    /// Puts a tenant's next policy in force everywhere. The first shard decides which of two that come together is the
    /// next; putting the same one again brings it to shards that were away.
    public Reply putPolicy(String tenant, BudgetPolicy policy) {
        Reply decided = at(0, new Command.PutPolicy(tenant, policy));
        if (!(decided instanceof Reply.Done)) {
            return decided;
        }
        Command.CopyPolicies copy = new Command.CopyPolicies(tenant, policies(tenant));
        for (int shard = 1; shard < layout.count(); shard++) {
            Reply copied = at(shard, copy);
            if (!(copied instanceof Reply.Done)) {
                return copied;
            }
        }
        return decided;
    }

    /// A tenant's policies, the one in force first and those to come after it.
    public List<BudgetPolicy> policies(String tenant) {
        return at(0, new Command.GetPolicies(tenant)) instanceof Reply.PoliciesAre(var policies)
                ? policies
                : List.of();
    }

    /// Stops all of a tenant's messages but critical ones, or lets them go on: the policy in force, paused or not, as the next
    /// version. Doing it twice does nothing the second time.
    public Reply pause(String tenant, boolean paused) {
        List<BudgetPolicy> policies = policies(tenant);
        if (policies.isEmpty()) {
            return new Reply.Refused(
                    LedgerError.INVALID_ARGUMENT, "tenant=" + tenant + ": has no policy");
        }
        BudgetPolicy last = policies.getLast();
        return last.paused() == paused
                ? new Reply.Done(last.version())
                : putPolicy(tenant, last.paused(paused));
    }

    /// Who would be over a policy's limits if it were in force now, at most so many.
    ///
    /// @param lookedAt how many people were
    public record WouldBeOver(List<Long> users, long lookedAt, boolean cutShort) {
        public WouldBeOver {
            users = List.copyOf(users);
        }
    }

    /// Tries a policy on everybody and changes nothing.
    public WouldBeOver tryPolicy(String tenant, BudgetPolicy policy, int usersMax) {
        List<Long> over = new ArrayList<>();
        long lookedAt = 0;
        for (int shard = 0; shard < layout.count(); shard++) {
            long from = Long.MIN_VALUE;
            boolean more = true;
            while (more) {
                Command ask = new Command.WhoIsOver(tenant, policy, from, OVER_PAGE);
                if (!(at(shard, ask) instanceof Reply.Over page)) {
                    throw new CallException(Failure.APPLICATION, "no answer to " + ask);
                }
                over.addAll(page.users());
                lookedAt += page.lookedAt();
                more = page.more();
                from = page.nextUser();
                if (over.size() >= usersMax) {
                    return new WouldBeOver(over.subList(0, usersMax), lookedAt, true);
                }
            }
        }
        return new WouldBeOver(over, lookedAt, false);
    }

    /// The digests whose message waits to be begun, at most so many of each shard.
    public List<Reply.DigestReady> readyDigests(int max) {
        List<Reply.DigestReady> ready = new ArrayList<>();
        for (int shard = 0; shard < layout.count(); shard++) {
            if (at(shard, new Command.ReadyDigests(max)) instanceof Reply.DigestsReady(var some)) {
                ready.addAll(some);
            }
        }
        return ready;
    }

    /// What was granted, begun and denied of late, for a tenant: an hour, a channel and a shard at a time.
    public List<Spent> spending(String tenant) {
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (ServiceRef shard : layout.shards()) {
            asked.add(
                    cluster.call(
                            shard,
                            Request.of(CapProtocol.SPENDING, new byte[0]).within(LIMIT).retried()));
        }
        List<Spent> spending = new ArrayList<>();
        asked.forEach(answer -> spending.addAll(SpendingNote.CODEC.decode(Answers.await(answer))));
        spending.removeIf(spent -> !spent.tenant().equals(tenant));
        return spending;
    }

    private Reply at(int shard, Command command) {
        return Answers.await(ask(layout.shard(shard), command)).reply();
    }

    /// Sets a cap that all people share; the answer's number is what is left of it to lend.
    public Reply setCap(String counter, long cap) {
        Request request =
                Request.of(
                                CapProtocol.ASK,
                                CapProtocol.REQUEST.encode(
                                        new GlobalCaps.Request.SetCap(counter, cap)))
                        .within(LIMIT)
                        .retried();
        return LedgerMessages.outcome(Answers.await(cluster.call(caps, request))).reply();
    }

    /// The shards, in the order of their numbers.
    public List<ServiceRef> shards() {
        return layout.shards();
    }

    /// The holder of the caps.
    public ServiceRef caps() {
        return caps;
    }
}
