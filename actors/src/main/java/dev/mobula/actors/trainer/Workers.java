package dev.mobula.actors.trainer;

import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.trainer.TrainerProtocol.Order;
import dev.mobula.actors.transport.Handshake;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.collective.Ring;
import dev.mobula.training.collective.SharedMemory;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects a worker with the others.
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);
    private static final int STRANGERS_MAX = 64;

    private Workers() {}

    /// By memory where the order says so, else by a ring of connections that both ends prove to belong to the run.
    static Collective join(Order order, ServerSocketChannel listener) throws IOException {
        if (order.size() == 1) {
            return Collective.alone();
        }
        if (order.memory().isPresent()) {
            return meet(order, Path.of(order.memory().get()));
        }
        CompletableFuture<SocketChannel> previous = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("mobula-trainer-accept")
                .start(() -> accept(listener, order.key(), previous));
        SocketChannel next = connect(order.next(), order.key());
        try {
            return Ring.of(
                    order.rank(),
                    order.size(),
                    next,
                    previous.get(JOIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS),
                    order.patience());
        } catch (ExecutionException | TimeoutException failed) {
            next.close();
            throw new IOException("the worker before this one did not come", failed);
        } catch (InterruptedException interrupted) {
            next.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while joining", interrupted);
        }
    }

    /// The file loses its name as soon as all have it, so that nothing is left behind, whatever happens.
    private static Collective meet(Order order, Path file) throws IOException {
        SharedMemory memory = SharedMemory.open(file, order.rank(), order.size(), order.patience());
        memory.meetAll();
        if (order.rank() == 0) {
            Files.deleteIfExists(file);
        }
        return memory;
    }

    private static SocketChannel connect(Address address, byte[] key) throws IOException {
        SocketChannel channel = SocketChannel.open(address.toSocketAddress());
        try {
            Handshake.asCaller(channel.socket(), key, RANDOM);
            return channel;
        } catch (IOException refused) {
            channel.close();
            throw refused;
        }
    }

    private static void accept(
            ServerSocketChannel listener, byte[] key, CompletableFuture<SocketChannel> answer) {
        for (int stranger = 0; stranger < STRANGERS_MAX; stranger++) {
            try {
                SocketChannel channel = listener.accept();
                if (proves(channel, key)) {
                    answer.complete(channel);
                    return;
                }
            } catch (IOException closed) {
                answer.completeExceptionally(closed);
                return;
            }
        }
        answer.completeExceptionally(
                new SocketTimeoutException(STRANGERS_MAX + " strangers connected, no worker"));
    }

    private static boolean proves(SocketChannel channel, byte[] key) throws IOException {
        try {
            Handshake.asService(channel.socket(), key, RANDOM);
            return true;
        } catch (IOException stranger) {
            LOG.warn("a connection was refused: {}", stranger.getMessage());
            channel.close();
            return false;
        }
    }
}
