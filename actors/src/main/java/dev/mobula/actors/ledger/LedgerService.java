package dev.mobula.actors.ledger;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.GlobalCaps;
import dev.mobula.ranking.notify.ledger.LedgerMessages;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.retrieval.RetrievalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// One shard of the budget ledger: answers commands once they are synced and still ours.
///
/// Between the commands it sweeps what has run out, flushes digests that are due, and compares its clock with the others'.
public final class LedgerService implements Service {
    private static final Duration CAPS_LIMIT = Duration.ofMillis(500);

    private final LedgerStore store;
    private final LeaseKeeper leases;
    private final Housekeeper housekeeper;

    private LedgerService(ServiceContext context, LedgerSettings settings) throws IOException {
        ZoneRulesNote.compare(context.state().path(), context.name());
        store = LedgerStore.open(context.state(), LedgerStore.Clocks.MACHINE);
        Cluster cluster = context.cluster();
        leases =
                new LeaseKeeper(
                        context.name(),
                        store,
                        asked -> ask(cluster, settings.caps(), asked),
                        System::nanoTime);
        List<ServiceRef> peers = new ArrayList<>(settings.shards().shards());
        peers.removeIf(shard -> shard.name().equals(context.name()));
        housekeeper =
                new Housekeeper(
                        context.name(),
                        store,
                        leases,
                        SpendingNote.open(store, context.state().path()),
                        cluster,
                        peers);
        housekeeper.start(settings.tick());
    }

    private static Outcome ask(Cluster cluster, String caps, GlobalCaps.Request asked) {
        // Asked once: who waits for a loan holds others up, and the same number may be asked for
        // later.
        Request request =
                Request.of(CapProtocol.ASK, CapProtocol.REQUEST.encode(asked)).within(CAPS_LIMIT);
        return LedgerMessages.outcome(
                Answers.await(cluster.call(new ServiceRef(caps, 1), request)));
    }

    /// Starts a shard from its encoded settings.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws IOException {
            return new LedgerService(context, LedgerSettings.CODEC.decode(context.settings()));
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        return switch (op) {
            case CapProtocol.TIME -> {
                new MessageReader(request).requireEnd();
                yield new MessageWriter().writeLong(store.millis().join()).toBytes();
            }
            case CapProtocol.SPENDING -> {
                new MessageReader(request).requireEnd();
                yield SpendingNote.CODEC.encode(store.spending().join());
            }
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    /// All commands of the batch share the store's next syncs.
    @Override
    public void callAll(int op, Batch batch) {
        if (op != CapProtocol.APPLY) {
            Service.super.callAll(op, batch);
            return;
        }
        List<CompletableFuture<Outcome>> under = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            under.add(submitted(batch.request(i)));
        }
        for (int i = 0; i < batch.size(); i++) {
            try {
                batch.answer(i, LedgerMessages.encode(under.get(i).join()));
            } catch (CompletionException failed) {
                batch.fail(i, typed(failed.getCause() instanceof Exception cause ? cause : failed));
            }
        }
    }

    private CompletableFuture<Outcome> submitted(byte[] bytes) {
        try {
            Command command = LedgerMessages.command(bytes);
            if (command instanceof Command.Reserve reserve
                    && reserve.priority() != Priority.CRITICAL) {
                reserve.counters().forEach(counter -> leases.ensure(counter, reserve.units()));
            }
            requirePublic(command);
            return store.apply(command);
        } catch (RetrievalException | RankingException | CompletionException refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (CallException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /// What only the owner of the rows may ask comes from nobody else.
    private static void requirePublic(Command command) {
        if (command instanceof Command.TakeOver
                || command instanceof Command.Seal
                || command instanceof Command.AddLease
                || command instanceof Command.ReturnLease) {
            throw new CallException(
                    Failure.REFUSED,
                    "command=" + command.getClass().getSimpleName() + ": is the ledger's own");
        }
    }

    private static Exception typed(Exception failed) {
        return switch (failed) {
            case RetrievalException refused -> RetrievalFailures.typed(refused);
            case RankingException refused ->
                    new CallException(
                            Failure.REFUSED, String.valueOf(refused.getMessage()), refused);
            case Exception other -> other;
        };
    }

    @Override
    public void close() {
        housekeeper.close();
        store.close();
    }
}
