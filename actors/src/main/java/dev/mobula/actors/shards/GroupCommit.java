package dev.mobula.actors.shards;

import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.retrieval.RetrievalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

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
            stored.add(submitted(submit::submit, batch.request(i)));
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

    /// Answers every request of the batch with what its future holds; the ownership is confirmed once, after all are on
    /// disk.
    public static void answerEach(
            Batch batch, StateDirectory state, Function<byte[], CompletableFuture<byte[]>> submit) {
        List<CompletableFuture<byte[]>> stored = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            stored.add(submitted(submit, batch.request(i)));
        }
        stored.forEach(one -> one.handle((reply, failed) -> true).join());
        Optional<CallException> fenced = fenced(state);
        for (int i = 0; i < batch.size(); i++) {
            try {
                byte[] reply = stored.get(i).join();
                if (fenced.isPresent()) {
                    batch.fail(i, fenced.get());
                } else {
                    batch.answer(i, reply);
                }
            } catch (CompletionException failed) {
                batch.fail(i, cause(failed));
            }
        }
    }

    private static Optional<CallException> fenced(StateDirectory state) {
        try {
            state.requireOwned();
            return Optional.empty();
        } catch (CallException fenced) {
            return Optional.of(fenced);
        }
    }

    private static <T> CompletableFuture<T> submitted(
            Function<byte[], CompletableFuture<T>> submit, byte[] request) {
        try {
            return submit.apply(request);
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
