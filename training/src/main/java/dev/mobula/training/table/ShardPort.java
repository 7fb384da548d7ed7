package dev.mobula.training.table;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// The way to one [ShardHost]: in this process, or through whatever carries bytes to another.
@FunctionalInterface
public interface ShardPort {
    /// Asks one of the operations of [ShardHost]; a failure completes the future with it.
    CompletableFuture<byte[]> call(int op, byte[] body);

    /// The way to a host in this process; requests wait on virtual threads.
    static ShardPort of(ShardHost host) {
        return (op, body) -> {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            Thread.ofVirtual()
                    .name("mobula-shard-call")
                    .start(
                            () -> {
                                try {
                                    answer.complete(host.call(op, body));
                                } catch (IOException | RuntimeException failed) {
                                    answer.completeExceptionally(failed);
                                }
                            });
            return answer;
        };
    }
}
