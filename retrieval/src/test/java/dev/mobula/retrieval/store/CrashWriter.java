package dev.mobula.retrieval.store;

import dev.mobula.retrieval.RetrievalException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A process that writes to both stores as fast as it can and says each acknowledged write, until it is killed or the
/// disk is full.
final class CrashWriter {
    static final int WRITERS = 8;
    static final String COUNTER = "writes";
    static final String REFUSED = "refused ";

    private CrashWriter() {}

    static Item item(long id, int dim) {
        float[] embedding = new float[dim];
        Arrays.fill(embedding, (float) id);
        return Item.of(id, id % 10, id * 3).withEmbedding(embedding);
    }

    /// Arguments: the folder of the stores, the first id, the dimension of the embeddings.
    public static void main(String[] args) throws InterruptedException {
        Path root = Path.of(args[0]);
        long firstId = Long.parseLong(args[1]);
        int dim = Integer.parseInt(args[2]);
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        try (ItemStore items = ItemStore.open(StoreOptions.at(root.resolve("items")));
                UserStore users = UserStore.open(StoreOptions.at(root.resolve("users")))) {
            Thread[] writers = new Thread[WRITERS];
            for (int w = 0; w < WRITERS; w++) {
                long start = firstId + w;
                writers[w] = new Thread(() -> writeForever(items, users, out, start, dim));
                writers[w].start();
            }
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private static void writeForever(
            ItemStore items, UserStore users, FileOutputStream out, long start, int dim) {
        try {
            for (long id = start; ; id += WRITERS) {
                items.put(item(id, dim));
                users.apply(
                        List.of(
                                new UserWrite.Count(1, COUNTER, 1),
                                new UserWrite.Connect(1, EdgeKind.HIDE, id, id)));
                say(out, Long.toString(id));
            }
        } catch (RetrievalException refused) {
            say(out, REFUSED + refused.code());
        }
    }

    /// One write to the pipe, so that a kill never leaves half a line.
    private static void say(FileOutputStream out, String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
