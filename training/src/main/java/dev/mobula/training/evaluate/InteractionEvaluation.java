package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Split;
import dev.mobula.training.factor.ItemEmbedding;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Ranks all items for every test user and judges the first k.
///
/// Users without a training item or without a test item are left out. The result does not depend on the number of
/// threads.
public final class InteractionEvaluation {
    private final ExecutorService executor;
    private final int threads;
    private final LongSupplier nanoClock;
    private final Progress progress;

    public InteractionEvaluation(
            ExecutorService executor, int threads, LongSupplier nanoClock, Progress progress) {
        if (threads < 1) {
            throw TrainingException.invalid("threads", threads, "must be at least 1");
        }
        this.executor = executor;
        this.threads = threads;
        this.nanoClock = nanoClock;
        this.progress = progress;
    }

    /// A model that was fitted, and how long that took.
    record Fitted(ModelName name, HistoryModel model, double seconds) {}

    /// Fits the model on the split's training part and judges it on its test part.
    public RankingRow run(ModelName name, Split split, int k) {
        return judge(fit(name, split.train()), split, k, false);
    }

    /// The same for an embedding that an index of `shards` serves, kept in a folder of the caller's meanwhile.
    public RankingRow runServed(ModelName name, Split split, int k, Path folder, int shards) {
        Fitted fitted = fit(name, split.train());
        if (!(fitted.model() instanceof ItemEmbedding embedding)) {
            throw TrainingException.invalid("model", name, "is no embedding");
        }
        try (IndexedEmbeddings served =
                IndexedEmbeddings.create(embedding, folder, shards, k, nanoClock)) {
            return judge(new Fitted(name, served, fitted.seconds()), split, k, false);
        }
    }

    Fitted fit(ModelName name, InteractionMatrix train) {
        long start = nanoClock.getAsLong();
        progress.step(name + " fit", 0, 1);
        HistoryModel model = name.fit(train);
        progress.step(name + " fit", 1, 1);
        return new Fitted(name, model, (nanoClock.getAsLong() - start) / 1e9);
    }

    RankingRow judge(Fitted fitted, Split split, int k, boolean leaveSelfOut) {
        int[] users = judged(split);
        return new RankingPass(executor, threads, nanoClock, progress)
                .run(
                        new RankingPass.Named(
                                fitted.name().toString(),
                                PersonModel.of(fitted.model()),
                                fitted.seconds()),
                        users.length,
                        i -> {
                            RankingCase one =
                                    RankingCase.of(
                                            users[i],
                                            split.train().itemsOf(users[i]),
                                            split.test().itemsOf(users[i]));
                            return leaveSelfOut ? one.without(users[i]) : one;
                        },
                        k);
    }

    private static int[] judged(Split split) {
        return IntStream.range(0, split.train().users())
                .filter(user -> split.train().degreeOfUser(user) > 0)
                .filter(user -> split.test().degreeOfUser(user) > 0)
                .toArray();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("evaluation failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException(
                    TrainingException.Code.CLOSED, "the evaluation was interrupted", e);
        }
    }
}
