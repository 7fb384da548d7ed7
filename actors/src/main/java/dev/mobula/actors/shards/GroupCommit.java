package dev.mobula.actors.shards;

import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.retrieval.RetrievalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Writes that came together, on their way to disk together: they share its syncs, and each is answered once it is
/// stored, visible and still owned.
public final class GroupCommit {
    private static final byte[] DONE = {};

    /// Puts one request on its way to disk; the future holds its position. What it throws refuses the request.
    @FunctionalInterface
    public interface Submit {
        CompletableFuture<Long> submit(byte[] request);
    }

    /// Returns when everything up to a position can be seen.
    @FunctionalInterface
    public interface Visible {
        void await(long position) throws InterruptedException;
    }

    private GroupCommit() {}

    /// Answers every request of the batch.
    public static void answer(Batch batch, StateDirectory state, Submit submit, Visible visible) {
        List<CompletableFuture<Long>> stored = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            stored.add(submitted(submit, batch.request(i)));
        }
        for (int i = 0; i < batch.size(); i++) {
            try {
                visible.await(stored.get(i).join());
                state.requireOwned();
                batch.answer(i, DONE);
            } catch (CompletionException failed) {
                batch.fail(i, cause(failed));
            } catch (CallException failed) {
                batch.fail(i, failed);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                batch.fail(i, new CallException(Failure.UNAVAILABLE, "the shard is stopping"));
            }
        }
    }

    private static CompletableFuture<Long> submitted(Submit submit, byte[] request) {
        try {
            return submit.submit(request);
        } catch (RetrievalException | CallException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private static Exception cause(CompletionException failed) {
        return switch (failed.getCause()) {
            case RetrievalException refused -> RetrievalFailures.typed(refused);
            case Exception cause -> cause;
            case null, default -> failed;
        };
    }
}
