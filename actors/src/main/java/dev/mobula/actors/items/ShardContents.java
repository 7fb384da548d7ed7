package dev.mobula.actors.items;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.store.StoreOptions;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What a shard has on its disk, and what follows it there: the store, the indexes, and what others send.
final class ShardContents implements AutoCloseable {
    private static final String STORE = "items";
    private static final String TEXTS = "texts";
    private static final String INBOX = "inbox";
    private static final String SPACES = "spaces";
    private static final List<String> ALL =
            List.of(STORE, TEXTS, INBOX, SPACES, "index*", "damaged-index");

    private final ItemStore store;
    private final ShardIndex index;
    private final ShardSpaces spaces;
    private final Optional<FollowingTexts> texts;
    private final Optional<StoreFollower> textFollower;
    private final SnapshotInbox inbox;
    private final ShardMover mover;
    private final LabelExpiry labels;

    /// @param writer stores writes that the shard makes by itself
    ShardContents(Path root, ItemShardSettings settings, Consumer<List<ItemWrite>> writer)
            throws IOException {
        store = ItemStore.open(StoreOptions.at(root.resolve(STORE)));
        index = new ShardIndex(root, settings, store, UnaryOperator.identity());
        spaces = new ShardSpaces(root.resolve(SPACES), settings, store);
        inbox = new SnapshotInbox(root.resolve(INBOX));
        mover = new ShardMover(store);
        texts =
                settings.texts().isEmpty()
                        ? Optional.empty()
                        : Optional.of(openTexts(root.resolve(TEXTS), settings));
        textFollower = texts.map(following -> new StoreFollower(store, following));
        labels = new LabelExpiry(store, writer, System::currentTimeMillis);
    }

    private static FollowingTexts openTexts(Path folder, ItemShardSettings settings)
            throws IOException {
        try {
            return new FollowingTexts(folder, settings);
        } catch (RetrievalException damaged) {
            if (damaged.code() != RetrievalException.Code.CORRUPT) {
                throw damaged;
            }
            Folders.delete(folder);
            return new FollowingTexts(folder, settings);
        }
    }

    ItemStore store() {
        return store;
    }

    ShardIndex index() {
        return index;
    }

    ShardSpaces spaces() {
        return spaces;
    }

    /// Returns when everything shows all that is stored.
    void catchUp(long deadlineNanos) throws InterruptedException {
        index.await(store.newestPosition(), deadlineNanos);
        spaces.catchUp(deadlineNanos);
    }

    /// Returns when a write can be found, or no longer be, wherever it is searched for.
    void await(long position, long deadlineNanos) throws InterruptedException {
        index.await(position, deadlineNanos);
        spaces.await(position);
    }

    List<SpaceStatus> spaceStatus() {
        return spaces.status(index.stats().items());
    }

    Optional<FollowingTexts> texts() {
        return texts;
    }

    SnapshotInbox inbox() {
        return inbox;
    }

    ShardMover mover() {
        return mover;
    }

    @Override
    public void close() {
        labels.close();
        textFollower.ifPresent(StoreFollower::close);
        texts.ifPresent(FollowingTexts::close);
        spaces.close();
        index.close();
        store.close();
    }

    /// Deletes all of it, once it is closed; what an earlier attempt has left as well.
    static void delete(Path root) throws IOException {
        for (String name : ALL) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(root, name)) {
                for (Path path : found) {
                    Folders.delete(path);
                }
            }
        }
    }
}
