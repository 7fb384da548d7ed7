package dev.mobula.actors.notify;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.StoreOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// The one who learns what templates do, for all desks: an answer says that the choice is on disk.
public final class TemplateService implements Service {
    static final int CHOOSE = 1;
    static final int REWARD = 2;
    static final int FORGET = 3;

    private static final String WHAT = "templates";
    private static final long WRITTEN_BYTES = 1_024;

    private final RowStore rows;

    private TemplateService(StateDirectory state) {
        rows =
                RowStore.open(
                        StoreOptions.at(state.path().resolve(WHAT)),
                        WHAT,
                        TemplateBook.FAMILIES,
                        state::requireOwned);
    }

    /// Starts it; it takes no settings.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new TemplateService(context.state());
        }
    }

    /// What is asked of it.
    record Choice(String decision, long user, List<String> templates, long now) {
        byte[] message() {
            return new MessageWriter()
                    .writeString(decision)
                    .writeLong(user)
                    .writeStrings(templates)
                    .writeLong(now)
                    .toBytes();
        }

        private static Choice read(MessageReader in) {
            return new Choice(in.readString(), in.readLong(), in.readStrings(), in.readLong());
        }
    }

    static Wording.Chosen chosen(byte[] answer) {
        MessageReader in = new MessageReader(answer);
        return new Wording.Chosen(in.readString(), in.readDouble());
    }

    @Override
    public byte[] call(int op, byte[] request) {
        return submitted(op, request).join();
    }

    /// All of the batch share the store's next syncs.
    @Override
    public void callAll(int op, Batch batch) {
        List<CompletableFuture<byte[]>> under = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            under.add(submitted(op, batch.request(i)));
        }
        for (int i = 0; i < batch.size(); i++) {
            try {
                batch.answer(i, under.get(i).join());
            } catch (CompletionException failed) {
                batch.fail(i, failed.getCause() instanceof Exception cause ? cause : failed);
            }
        }
    }

    private CompletableFuture<byte[]> submitted(int op, byte[] request) {
        try {
            MessageReader in = new MessageReader(request);
            return switch (op) {
                case CHOOSE -> choose(Choice.read(in));
                case REWARD -> {
                    String decision = in.readString();
                    yield run(book -> book.rewarded(decision));
                }
                case FORGET -> {
                    long user = in.readLong();
                    yield run(
                            book -> {
                                book.forget(user);
                                return true;
                            });
                }
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            };
        } catch (RetrievalException full) {
            return CompletableFuture.failedFuture(RetrievalFailures.typed(full));
        } catch (CallException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private CompletableFuture<byte[]> choose(Choice asked) {
        return rows.submit(
                        batch ->
                                new TemplateBook(batch, TemplateBook.Limits.DEFAULT)
                                        .choose(
                                                asked.decision(),
                                                asked.user(),
                                                asked.templates(),
                                                asked.now()),
                        WRITTEN_BYTES)
                .thenApply(
                        chosen ->
                                new MessageWriter()
                                        .writeString(chosen.template())
                                        .writeDouble(chosen.probability())
                                        .toBytes());
    }

    @FunctionalInterface
    private interface Change {
        boolean of(TemplateBook book);
    }

    private CompletableFuture<byte[]> run(Change change) {
        return rows.submit(
                        batch -> change.of(new TemplateBook(batch, TemplateBook.Limits.DEFAULT)),
                        WRITTEN_BYTES)
                .thenApply(done -> new MessageWriter().writeBoolean(done).toBytes());
    }

    @Override
    public void close() {
        rows.close();
    }
}
