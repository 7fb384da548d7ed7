package dev.mobula.actors.loop;

import dev.mobula.training.TrainingException;
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

/// Learns a ranker from an event log: joins what was served with what came of it, and runs a described training on it.
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
    /// @param kinds of feedback that are joined
    /// @param window how long after an impression feedback counts
    /// @param rowsLeast impressions whose window is over that there must be
    public record Settings(
            ServedLog log,
            Path folder,
            Path store,
            String bundle,
            String description,
            List<String> kinds,
            Duration window,
            long rowsLeast) {
        public Settings {
            kinds = List.copyOf(kinds);
            requireDescription(description);
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
        RunFolder run = new RunFolder(folder.resolve("run"));
        Optional<RunRecord> before = run.record();
        if (before.isPresent() && before.get().state() == RunRecord.State.DONE) {
            return before.get().bundle();
        }
        try {
            Files.createDirectories(folder);
            join(folder);
            Path file = Files.writeString(folder.resolve("description.yaml"), describe(turn));
            RunDescription description = RunDescription.read(file, recipes);
            RunRecord record =
                    new Experiment(description, run, watcher, clock, System::nanoTime).run();
            if (record.bundle().isEmpty()) {
                throw new IllegalStateException(
                        run.path() + " ended as " + record.state() + ": " + record.message());
            }
            Folders.delete(folder.resolve(JOINED));
            forgetOld(turn);
            return record.bundle();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
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

    private String describe(int turn) {
        return """
        name: %s%d
        data: {train: %s}
        bundle: {name: %s, store: %s}
        %s
        """
                .formatted(
                        TURN,
                        turn,
                        JOINED,
                        settings.bundle(),
                        settings.store().toAbsolutePath(),
                        settings.description().strip());
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
