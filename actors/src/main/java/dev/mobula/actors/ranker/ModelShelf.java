package dev.mobula.actors.ranker;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.actors.spaces.SpaceNote;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.ranking.serving.LiveModel;
import dev.mobula.ranking.serving.ModelLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The models of one ranker: copied to its disk, loaded, and the line-up that says which of them answers whom.
///
/// Everything a request needs hangs on one reference, [#standing], so no request sees half a swap. A line-up is on disk
/// before it is in force, and a ranker that restarts begins with it.
final class ModelShelf implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelShelf.class);
    private static final String LINE_UP = "lineup.json";
    private static final String HALF = ".half";
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int MODELS_MAX = 12;

    private final StateDirectory state;
    private final ModelLoader loader;
    private final Cluster cluster;
    private final RankerSettings settings;
    private final RankerMeters meters;
    private final Map<String, ResidentItems> itemsBySchema = new HashMap<>();
    private volatile Standing standing;

    /// A model with the items in its schema, what a candidate is worth by surface, and the space that its bundle searches.
    record Entry(
            LiveModel model,
            ResidentItems items,
            Map<String, String> values,
            Optional<SpaceNote> space) {
        Entry {
            values = Map.copyOf(values);
        }

        /// Empty where its bundle says nothing.
        String valueOn(String surface) {
            return values.getOrDefault(surface, "");
        }
    }

    /// A line-up and every model that is loaded.
    record Standing(Lineup lineup, Map<String, Entry> entries) {
        Standing {
            entries = Map.copyOf(entries);
        }

        Entry entry(String version) {
            Entry entry = entries.get(version);
            if (entry == null) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "no model '" + version + "', loaded are " + entries.keySet());
            }
            return entry;
        }
    }

    ModelShelf(
            StateDirectory state,
            ModelLoader loader,
            Cluster cluster,
            RankerSettings settings,
            RankerMeters meters)
            throws IOException, InterruptedException {
        this.state = state;
        this.loader = loader;
        this.cluster = cluster;
        this.settings = settings;
        this.meters = meters;
        Files.createDirectories(models());
        Map<String, Entry> entries = new HashMap<>();
        LiveModel starter = loader.serve(StarterModel.create(), new Calibrators("none", Map.of()));
        entries.put(starter.model().version(), entryOf(starter, Map.of(), Optional.empty()));
        for (Path folder : installed()) {
            LiveModel model = loader.load(folder);
            entries.put(model.model().version(), entryOf(model, folder));
        }
        standing = new Standing(storedLineup(starter.model().version()), entries);
        requireLoaded(standing.lineup());
        awaitItems(itemsBySchema.values());
    }

    private Path models() {
        return state.path().resolve("models");
    }

    private List<Path> installed() throws IOException {
        try (Stream<Path> folders = Files.list(models())) {
            return folders.filter(folder -> !folder.toString().endsWith(HALF)).sorted().toList();
        }
    }

    private Lineup storedLineup(String starter) throws IOException {
        Path file = state.path().resolve(LINE_UP);
        return Files.exists(file) ? Lineup.parse(Files.readString(file)) : Lineup.of(starter);
    }

    private Entry entryOf(LiveModel model, Path folder) throws IOException {
        return entryOf(model, ModelFolder.values(folder), SpaceNote.read(folder));
    }

    private Entry entryOf(LiveModel model, Map<String, String> values, Optional<SpaceNote> space) {
        ResidentItems items =
                itemsBySchema.computeIfAbsent(
                        model.model().layout().fingerprint(),
                        schema ->
                                new ResidentItems(
                                        model.model().layout(),
                                        cluster,
                                        settings.items(),
                                        settings.itemsMax(),
                                        meters));
        return new Entry(model, items, values, space);
    }

    private void awaitItems(Iterable<ResidentItems> all) throws InterruptedException {
        Duration limit = settings.catchUpLimit();
        for (ResidentItems items : all) {
            if (!items.awaitCaughtUp(limit)) {
                LOG.warn("schema {} begins without all items: {}", items.schema(), items.status());
            }
        }
    }

    /// What a request reads, once.
    Standing standing() {
        return standing;
    }

    /// Copies, verifies and loads a model, and waits until its items are here; again is harmless. Returns its version.
    synchronized String install(Path source) throws IOException, InterruptedException {
        LiveModel found = loader.load(source);
        String version = found.model().version();
        try {
            requireInstallable(version, source);
            Path folder = models().resolve(version);
            if (standing.entries().containsKey(version)) {
                return version;
            }
            copy(source, folder);
            state.requireOwned();
        } finally {
            found.close();
        }
        Path own = models().resolve(version);
        Entry entry = entryOf(loader.load(own), own);
        Map<String, Entry> entries = new HashMap<>(standing.entries());
        entries.put(version, entry);
        awaitItems(List.of(entry.items()));
        standing = new Standing(standing.lineup(), entries);
        return version;
    }

    private void requireInstallable(String version, Path source) throws IOException {
        if (!VERSION.matcher(version).matches()) {
            throw new RankingException(
                    Code.INVALID_MODEL, "version '" + version + "' does not match " + VERSION);
        }
        Path folder = models().resolve(version);
        if (Files.exists(folder) && ModelCopy.differ(source, folder)) {
            throw new RankingException(
                    Code.INVALID_MODEL,
                    "version '" + version + "' is installed already, with other files");
        }
        boolean isNew = !standing.entries().containsKey(version);
        if (!isNew && !Files.exists(folder)) {
            throw new RankingException(
                    Code.INVALID_MODEL, "version '" + version + "' is the one that is built in");
        }
        if (isNew && standing.entries().size() >= MODELS_MAX) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "%d models are loaded, at most %d: retire one of %s"
                            .formatted(
                                    standing.entries().size(),
                                    MODELS_MAX,
                                    standing.entries().keySet()));
        }
    }

    private void copy(Path source, Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Path half = folder.resolveSibling(folder.getFileName() + HALF);
            ModelCopy.copy(source, half);
            Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
            ModelCopy.force(models());
        }
    }

    /// Puts a line-up in force for every request from now on.
    synchronized void lineUp(Lineup lineup) throws IOException {
        requireLoaded(lineup);
        Path file = state.path().resolve(LINE_UP);
        Path half = file.resolveSibling(LINE_UP + HALF);
        Files.writeString(half, lineup.toJson());
        ModelCopy.force(half);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        ModelCopy.force(state.path());
        state.requireOwned();
        standing = new Standing(lineup, standing.entries());
    }

    private void requireLoaded(Lineup lineup) {
        lineup.versions().forEach(standing::entry);
    }

    /// Forgets a model that has no part in the line-up; again is harmless.
    synchronized void retire(String version) throws IOException {
        if (standing.lineup().versions().contains(version)) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "model '" + version + "' has a part in " + standing.lineup());
        }
        Entry entry = standing.entries().get(version);
        if (entry == null || !Files.exists(models().resolve(version))) {
            return;
        }
        Map<String, Entry> entries = new HashMap<>(standing.entries());
        entries.remove(version);
        standing = new Standing(standing.lineup(), entries);
        entry.model().close();
        forgetUnusedItems();
        ModelCopy.delete(models().resolve(version));
    }

    private void forgetUnusedItems() {
        Set<String> used = new HashSet<>();
        standing.entries().values().forEach(entry -> used.add(entry.items().schema()));
        itemsBySchema
                .values()
                .removeIf(
                        items -> {
                            if (used.contains(items.schema())) {
                                return false;
                            }
                            items.close();
                            return true;
                        });
    }

    ServedLineup served() {
        Standing read = standing;
        Map<String, SpaceNote> spaces = new HashMap<>();
        for (String version : read.lineup().versions()) {
            read.entry(version).space().ifPresent(note -> spaces.put(version, note));
        }
        return new ServedLineup(read.lineup(), spaces);
    }

    List<RankerStatus.Loaded> loaded() {
        List<RankerStatus.Loaded> all = new ArrayList<>();
        standing.entries()
                .values()
                .forEach(
                        entry ->
                                all.add(
                                        new RankerStatus.Loaded(
                                                entry.model().model().version(),
                                                entry.model().ranker().kernel(),
                                                entry.items().schema(),
                                                entry.model().model().headNames(),
                                                entry.model()
                                                        .calibrators()
                                                        .uncalibrated(
                                                                entry.model()
                                                                        .model()
                                                                        .headNames()))));
        return all;
    }

    List<RankerStatus.Following> following() {
        return standing.entries().values().stream()
                .map(Entry::items)
                .distinct()
                .flatMap(items -> items.status().stream())
                .toList();
    }

    @Override
    public synchronized void close() {
        standing.entries().values().forEach(entry -> entry.model().close());
        itemsBySchema.values().forEach(ResidentItems::close);
    }
}
