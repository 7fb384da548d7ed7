package dev.mobula.actors.shards;

import dev.mobula.actors.runtime.CallException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Waiting for answers.
public final class Answers {
    private Answers() {}

    /// The answer; its failure is thrown as it was made.
    public static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof CallException typed) {
                throw typed;
            }
            throw failed;
        }
    }
}
