package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The spaces of one shard beside that of the vectors its items are stored with: two at most, one that serves and one to go
/// to or back to.
final class ShardSpaces implements AutoCloseable {
    static final int SPACES_MAX = 2;

    /// Begins every refusal of a space that does not answer here.
    static final String NOT_HERE = "not ready here: space ";

    private static final Logger LOG = LoggerFactory.getLogger(ShardSpaces.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final String HALF = ".half";

    private final Path root;
    private final ItemShardSettings settings;
    private final ItemStore store;
    private volatile Map<String, Space> spaces = Map.of();

    ShardSpaces(Path root, ItemShardSettings settings, ItemStore store) throws IOException {
        this.root = root;
        this.settings = settings;
        this.store = store;
        Files.createDirectories(root);
        Map<String, Space> found = new HashMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
            for (Path folder : folders) {
                openOrDrop(folder, found);
            }
        }
        spaces = Map.copyOf(found);
    }

    /// A space is derived: a damaged one goes, loudly, and answers name it until it is installed again.
    private void openOrDrop(Path folder, Map<String, Space> found) throws IOException {
        String name = folder.getFileName().toString();
        if (name.endsWith(HALF)) {
            Folders.delete(folder);
            return;
        }
        try {
            found.put(name, Space.open(folder, settings, store));
        } catch (RetrievalException damaged) {
            if (damaged.code() != RetrievalException.Code.CORRUPT) {
                throw damaged;
            }
            LOG.atError().setCause(damaged).log("space {} is damaged and goes", name);
            Folders.delete(folder);
        }
    }

    /// Makes a space, or finds it made already; it fills itself in the background.
    synchronized void install(SpaceInstall install) throws IOException {
        String name = install.name();
        if (spaces.containsKey(name)) {
            return;
        }
        if (!NAME.matcher(name).matches()) {
            throw new CallException(Failure.REFUSED, "space=\"" + name + "\" must match " + NAME);
        }
        if (spaces.size() >= SPACES_MAX) {
            throw new CallException(
                    Failure.REFUSED,
                    "spaces=%d, at most %d: retire one of %s"
                            .formatted(spaces.size(), SPACES_MAX, spaces.keySet()));
        }
        Path half = root.resolve(name + HALF);
        Folders.delete(half);
        Space.write(half, install);
        Path folder = root.resolve(name);
        Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
        Map<String, Space> more = new HashMap<>(spaces);
        more.put(name, Space.open(folder, settings, store));
        spaces = Map.copyOf(more);
    }

    /// Ends a space and frees its memory and its files; one that is not here is no error.
    synchronized void retire(String name) throws IOException {
        Space gone = spaces.get(name);
        if (gone == null) {
            return;
        }
        Map<String, Space> fewer = new HashMap<>(spaces);
        fewer.remove(name);
        spaces = Map.copyOf(fewer);
        gone.close();
        Folders.delete(root.resolve(name));
    }

    /// A space that answers.
    Space ready(String name) {
        Space space = spaces.get(name);
        if (space == null || !space.isReady()) {
            throw notHere(name);
        }
        return space;
    }

    static CallException notHere(String name) {
        return new CallException(Failure.UNAVAILABLE, NOT_HERE + name);
    }

    /// Has a write wait for every space that answers.
    void await(long position) throws InterruptedException {
        for (Space space : spaces.values()) {
            space.await(position);
        }
    }

    /// Returns when every space shows all that is stored. One that cannot is filled further in the background, and answers
    /// nothing until then.
    void catchUp(long deadlineNanos) throws InterruptedException {
        for (Space space : spaces.values()) {
            try {
                space.catchUp(deadlineNanos);
            } catch (CallException behind) {
                LOG.warn("a space does not answer yet: {}", behind.getMessage());
            }
        }
    }

    List<SpaceStatus> status(int findableInBase) {
        return spaces.values().stream().map(space -> space.status(findableInBase)).toList();
    }

    /// Ids of items, and the space whose vectors of them are wanted.
    @SuppressWarnings("ArrayRecordComponent")
    record Wanted(String space, long[] ids) {
        static final Codec<Wanted> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Wanted value, MessageWriter out) {
                        out.writeString(value.space()).writeLongs(value.ids());
                    }

                    @Override
                    public Wanted read(MessageReader in) {
                        return new Wanted(in.readString(), in.readLongs());
                    }
                };
    }

    static final Codec<List<float[]>> VECTORS =
            new Codec<>() {
                @Override
                public void write(List<float[]> value, MessageWriter out) {
                    out.writeList(value, MessageWriter::writeFloats);
                }

                @Override
                public List<float[]> read(MessageReader in) {
                    return in.readList(MessageReader::readFloats);
                }
            };

    static final Codec<List<SpaceStatus>> STATUS =
            new Codec<>() {
                @Override
                public void write(List<SpaceStatus> value, MessageWriter out) {
                    out.writeList(value, (writer, one) -> SpaceStatus.CODEC.write(one, writer));
                }

                @Override
                public List<SpaceStatus> read(MessageReader in) {
                    return in.readList(SpaceStatus.CODEC::read);
                }
            };

    /// The vectors of items, in their order; empty for those that have none.
    List<float[]> vectors(Wanted wanted) {
        Space space = ready(wanted.space());
        List<float[]> found = new ArrayList<>();
        for (long id : wanted.ids()) {
            found.add(space.vector(id));
        }
        return found;
    }

    @Override
    public void close() {
        spaces.values().forEach(Space::close);
    }
}
