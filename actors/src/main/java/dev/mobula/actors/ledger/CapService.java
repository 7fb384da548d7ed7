package dev.mobula.actors.ledger;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.notify.ledger.GlobalCaps;
import dev.mobula.ranking.notify.ledger.LedgerMessages;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Table;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;

/// The holder of the caps that all shards share: what it lends is on disk before it is lent.
public final class CapService implements Service {
    private static final long REQUEST_BYTES = 1_024;

    private final RowStore rows;
    private final GlobalCaps caps = new GlobalCaps();

    /// Rows with the mark of a past do not know what was lent since: nothing more of their caps is lent.
    private CapService(StateDirectory state) throws IOException {
        Path folder = state.path().resolve("caps");
        Path past = folder.resolve(LedgerStore.PAST);
        rows =
                RowStore.open(
                        StoreOptions.at(folder),
                        "caps",
                        List.of(Table.LEASE.family()),
                        state::requireOwned);
        if (Files.exists(past)) {
            var _ = rows.submit(this::seal, REQUEST_BYTES).join();
            Files.delete(past);
        }
    }

    private Outcome seal(RowStore.RowBatch batch) {
        return LedgerRows.store(caps.seal(new LedgerRows(batch)), batch);
    }

    /// Starts the holder; it takes no settings.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws IOException {
            return new CapService(context.state());
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        if (op != CapProtocol.ASK) {
            throw new CallException(Failure.REFUSED, "no operation " + op);
        }
        try {
            GlobalCaps.Request asked = CapProtocol.REQUEST.decode(request);
            Outcome outcome = rows.submit(batch -> apply(asked, batch), REQUEST_BYTES).join();
            return LedgerMessages.encode(outcome);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RetrievalException refused) {
                throw RetrievalFailures.typed(refused);
            }
            throw failed;
        } catch (RetrievalException failed) {
            throw RetrievalFailures.typed(failed);
        } catch (RankingException refused) {
            throw new CallException(Failure.REFUSED, String.valueOf(refused.getMessage()), refused);
        }
    }

    private Outcome apply(GlobalCaps.Request request, RowStore.RowBatch batch) {
        return LedgerRows.store(caps.apply(request, new LedgerRows(batch)), batch);
    }

    @Override
    public void close() {
        rows.close();
    }
}
