package dev.mobula.actors.loop;

import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.EventJoin;
import dev.mobula.training.dataset.Progress;
import dev.mobula.training.durable.Folders;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.run.Experiment;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Learns a ranker from an event log: joins what was served with what came of it, and runs a described training on it.
///
/// A turn that was broken off goes on with the data set it joined and from its last checkpoint.
public final class LogLearning implements Learning {
    private static final String TURN = "turn-";
    private static final String JOINED = "joined";
    private static final int TURNS_KEPT = 3;
    private static final String RESERVED = "(?s)(^|.*\\n)(name|data|bundle):.*";

    private final Settings settings;
    private final List<Recipe> recipes;
    private final InstantSource clock;
    private final RunWatcher watcher;

    /// What is learned, and from what.
    ///
    /// @param log the event log's folder, with `impressions` and `feedback`
    /// @param folder where turns keep data sets and runs, of this loop alone
    /// @param store where bundles are published
    /// @param bundle the bundles' name
    /// @param description a run's description without `name`, `data` and `bundle`
    /// @param kinds of feedback that are joined
    /// @param window how long after an impression feedback counts
    public record Settings(
            Path log,
            Path folder,
            Path store,
            String bundle,
            String description,
            List<String> kinds,
            Duration window) {
        public Settings {
            kinds = List.copyOf(kinds);
            if (description.matches(RESERVED)) {
                throw new IllegalArgumentException(
                        "description: name, data and bundle are given by the loop, leave them out");
            }
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
        try (EventJoin join = EventJoin.open(settings.log(), wanted)) {
            Dataset.write(half, join, LogOptions.DEFAULT, clock, Progress.NONE);
        }
        Files.move(half, joined);
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
