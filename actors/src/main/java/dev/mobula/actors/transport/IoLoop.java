package dev.mobula.actors.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a process that waits for its sockets.
public final class IoLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IoLoop.class);

    private final Selector selector;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private IoLoop(Selector selector) {
        this.selector = selector;
    }

    /// Starts the thread.
    public static IoLoop start() throws IOException {
        IoLoop loop = new IoLoop(Selector.open());
        Thread.ofPlatform().name("mobula-io").daemon().start(loop::run);
        return loop;
    }

    /// Lets the loop watch a connection from here on.
    void register(FrameConnection connection) {
        execute(() -> connection.registerWith(selector));
    }

    /// Runs a task on the loop's thread.
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                selector.selectedKeys().forEach(IoLoop::serve);
                selector.selectedKeys().clear();
            }
            selector.keys().forEach(key -> ((FrameConnection) key.attachment()).close());
        } catch (IOException | ClosedSelectorException failed) {
            LOG.atError().setCause(failed).log("the network loop ends");
        }
    }

    private static void serve(SelectionKey key) {
        FrameConnection connection = (FrameConnection) key.attachment();
        try {
            if (key.isReadable()) {
                connection.read();
            }
            if (key.isValid() && key.isWritable()) {
                connection.onRoom();
            }
        } catch (CancelledKeyException closedMeanwhile) {
            connection.close();
        } catch (RuntimeException malformed) {
            connection.end("a frame that cannot be read: " + malformed);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
