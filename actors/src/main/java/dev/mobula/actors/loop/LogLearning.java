package dev.mobula.actors.loop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Manifest;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.EventJoin;
import dev.mobula.training.dataset.Progress;
import dev.mobula.training.durable.Folders;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import dev.mobula.training.run.Experiment;
import dev.mobula.training.run.RankerRecipe;
import dev.mobula.training.run.Recipe;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.run.RunFolder;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Learns a ranker from an event log: joins what was served with what came of it, and runs a described training on it; and,
/// where that is described as well, an encoder of users and items, whose parts its bundle has then too.
///
/// A turn that was broken off goes on with the data set it joined and from its last checkpoint. The data set is deleted
/// once its bundle is published, so that nobody who is forgotten lives on in it.
public final class LogLearning implements Learning {
    private static final String TURN = "turn-";
    private static final String JOINED = "joined";
    private static final int TURNS_KEPT = 3;
    private static final int NEWEST_ROWS = 256;
    private static final String RESERVED = "(?s)(^|.*\\n)(name|data|bundle):.*";

    private final Settings settings;
    private final List<Recipe> recipes;
    private final InstantSource clock;
    private final RunWatcher watcher;

    /// What is learned, and from what.
    ///
    /// @param folder where turns keep data sets and runs, of this loop alone
    /// @param store where bundles are published
    /// @param bundle the bundles' name
    /// @param description a run's description without `name`, `data` and `bundle`
    /// @param encoder a description of the same form for what finds candidates, which learns from the first of `kinds`
    /// @param kinds of feedback that are joined
    /// @param window how long after an impression feedback counts
    /// @param rowsLeast impressions whose window is over that there must be
    public record Settings(
            ServedLog log,
            Path folder,
            Path store,
            String bundle,
            String description,
            Optional<String> encoder,
            List<String> kinds,
            Duration window,
            long rowsLeast) {
        public Settings {
            kinds = List.copyOf(kinds);
            requireDescription(description);
            encoder.ifPresent(LogLearning::requireDescription);
        }
    }

    /// Refuses a description that says what the loop says.
    public static void requireDescription(String text) {
        if (text.matches(RESERVED)) {
            throw new IllegalArgumentException(
                    "training: name, data and bundle are given by the loop, leave them out");
        }
    }

    public LogLearning(
            Settings settings, List<Recipe> recipes, InstantSource clock, RunWatcher watcher) {
        this.settings = settings;
        this.recipes = List.copyOf(recipes);
        this.clock = clock;
        this.watcher = watcher;
    }

    @Override
    public String learn(int turn) {
        Path folder = settings.folder().resolve(TURN + turn);
        try {
            Files.createDirectories(folder);
            String data = "{train: %s}".formatted(JOINED);
            String learned = run(folder, "run", describe(turn, data, settings.description()));
            if (settings.encoder().isPresent()) {
                String events =
                        "{joined: %s, kind: %s}".formatted(JOINED, settings.kinds().getFirst());
                String encoder = describe(turn, events, settings.encoder().get());
                learned = joined(learned, run(folder, "encoder", encoder));
            }
            if (Files.exists(folder.resolve(JOINED))) {
                Folders.delete(folder.resolve(JOINED));
            }
            forgetOld(turn);
            return learned;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// One described training over the joined data; its bundle.
    private String run(Path folder, String name, String described) throws IOException {
        RunFolder run = new RunFolder(folder.resolve(name));
        Optional<RunRecord> before = run.record();
        if (before.isPresent() && before.get().state() == RunRecord.State.DONE) {
            return before.get().bundle();
        }
        join(folder);
        Path file = Files.writeString(folder.resolve(name + ".yaml"), described);
        RunDescription description = RunDescription.read(file, recipes);
        RunRecord record = new Experiment(description, run, watcher, clock, System::nanoTime).run();
        if (record.bundle().isEmpty()) {
            throw new IllegalStateException(
                    run.path() + " ended as " + record.state() + ": " + record.message());
        }
        return record.bundle();
    }

    /// A bundle of what both bundles have.
    private String joined(String ranker, String encoder) {
        BundleStore store = BundleStore.open(settings.store(), Long.MAX_VALUE, clock);
        List<Bundle> both = new ArrayList<>();
        for (String id : List.of(ranker, encoder)) {
            both.add(store.load(id, (done, total) -> {}));
        }
        Manifest first = both.getFirst().manifest();
        Manifest second = both.getLast().manifest();
        Map<String, String> data = new TreeMap<>(second.lineage().data());
        data.putAll(first.lineage().data());
        Lineage lineage =
                new Lineage(
                        first.lineage().run(),
                        first.lineage().description(),
                        first.lineage().code(),
                        first.lineage().kernels(),
                        data,
                        List.of(ranker, encoder));
        BundleDraft draft =
                new BundleDraft(
                        settings.bundle(),
                        lineage,
                        first.evidence().withMetrics(second.evidence().metrics()));
        for (Bundle one : both) {
            for (Manifest.Part part : one.manifest().parts()) {
                draft.add(part.role(), part.name(), one.path(part.role(), part.name()));
            }
        }
        return store.publish(draft);
    }

    private void join(Path folder) throws IOException {
        Path joined = folder.resolve(JOINED);
        if (Files.exists(joined)) {
            return;
        }
        Path half = folder.resolve(JOINED + ".half");
        if (Files.exists(half)) {
            Folders.delete(half);
        }
        EventJoin.Settings wanted =
                new EventJoin.Settings(
                        settings.window(),
                        clock.instant(),
                        settings.kinds(),
                        EventJoin.Settings.FEEDBACK_ROWS_MAX);
        Map<String, String> erased = new TreeMap<>();
        settings.log()
                .erased()
                .forEach((shard, at) -> erased.put(RankerRecipe.ERASED_NOTE + shard, "" + at));
        try (EventJoin join = EventJoin.open(alike(), settings.log().feedback(), wanted, erased)) {
            Dataset.write(half, join, LogOptions.DEFAULT, clock, Progress.NONE);
            if (join.counts().joined() < settings.rowsLeast()) {
                throw new TrainingException(
                        TrainingException.Code.NOT_FOUND,
                        "only %d of %d impressions to learn from have had their time"
                                .formatted(join.counts().joined(), settings.rowsLeast()));
            }
        }
        Files.move(half, joined);
    }

    /// The logs whose columns are those of the newest impression, the oldest first.
    private List<Path> alike() {
        Map<Path, Long> newest = new HashMap<>();
        Map<Path, List<Column>> columns = new HashMap<>();
        for (Path part : settings.log().impressions()) {
            ServedLog.look(part)
                    .ifPresent(
                            view -> {
                                newest.put(part, newestMicros(view));
                                columns.put(part, view.schema().columns());
                            });
        }
        List<Path> byAge = new ArrayList<>(newest.keySet());
        byAge.sort(Comparator.comparing(newest::get));
        if (byAge.isEmpty()) {
            throw new TrainingException(
                    TrainingException.Code.NOT_FOUND, "nothing was served and logged yet");
        }
        List<Column> last = columns.getOrDefault(byAge.getLast(), List.of());
        byAge.removeIf(part -> !last.equals(columns.get(part)));
        return byAge;
    }

    private static long newestMicros(LogView view) {
        long newest = Long.MIN_VALUE;
        try (LogReader reader = view.reader(List.of("time"))) {
            Rows rows = new Rows(reader.schema());
            reader.seek(Math.max(view.firstRow(), view.endRow() - NEWEST_ROWS));
            while (reader.next(rows, NEWEST_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    if (!rows.wholes(0).isMissing(row)) {
                        newest = Math.max(newest, rows.wholes(0).get(row));
                    }
                }
            }
        }
        return newest;
    }

    private String describe(int turn, String data, String description) {
        return """
        name: %s%d
        data: %s
        bundle: {name: %s, store: %s}
        %s
        """
                .formatted(
                        TURN,
                        turn,
                        data,
                        settings.bundle(),
                        settings.store().toAbsolutePath(),
                        description.strip());
    }

    /// Old data sets and runs go; their bundles stay in the store as long as its quota lets them.
    private void forgetOld(int turn) throws IOException {
        List<Path> old = new ArrayList<>();
        try (Stream<Path> turns = Files.list(settings.folder())) {
            turns.filter(path -> numberOf(path) <= turn - TURNS_KEPT).forEach(old::add);
        }
        for (Path path : old) {
            Folders.delete(path);
        }
    }

    private static int numberOf(Path folder) {
        String name = folder.getFileName().toString();
        return name.matches(TURN + "\\d{1,9}")
                ? Integer.parseInt(name.substring(TURN.length()))
                : Integer.MAX_VALUE;
    }
}
