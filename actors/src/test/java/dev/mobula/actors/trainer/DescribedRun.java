package dev.mobula.actors.trainer;

import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.recipe.Recipes;
import dev.mobula.training.run.Crew;
import dev.mobula.training.run.Experiment;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.run.RunFolder;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// A small described run of two workers, whose people walk through the items.
public final class DescribedRun {
    private static final int PEOPLE = 400;
    private static final int ITEMS = 64;

    private final Path root;

    public DescribedRun(Path root) {
        this.root = root;
    }

    /// Writes data and description.
    public Path write(String name, int steps) throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        StringBuilder lines = new StringBuilder();
        for (int person = 0; person < PEOPLE; person++) {
            lines.append("p").append(person);
            int at = random.nextInt(ITEMS);
            for (int event = 0; event < 6; event++) {
                lines.append(" i").append(at);
                at = (at + 1 + random.nextInt(2)) % ITEMS;
            }
            lines.append('\n');
        }
        Files.writeString(root.resolve("events.txt"), lines);
        return Files.writeString(
                root.resolve(name + ".yaml"),
                """
                name: %s
                task: two-tower
                seed: 3
                batch: 64
                workers: 2
                engine: vector
                steps: %d
                data: {sequences: events.txt}
                model: {width: 16, dimension: 16, hidden: [32], events: 4}
                optimizer: {rate: 0.003, table-rate: 0.01, table: adam}
                checkpoint: {every: 20}
                evaluation: {every: 50}
                bundle: {name: towers, store: bundles}
                """
                        .formatted(name, steps));
    }

    /// Changes the data in place, as somebody might while a run reads it.
    public void changeData() {
        try {
            Files.writeString(
                    root.resolve("events.txt"), "late i1 i2 i3\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether anything was published, whole or in part.
    public boolean hasPublished() throws IOException {
        Path bundles = root.resolve("bundles");
        if (!Files.exists(bundles)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(bundles)) {
            return files.anyMatch(file -> file.toString().endsWith(".safetensors"));
        }
    }

    public RunRecord run(Path file, String id, Optional<Crew> crew, RunWatcher watcher) {
        RunDescription description = RunDescription.read(file, Recipes.all());
        RunFolder folder = folder(id);
        InstantSource clock = InstantSource.system();
        return crew.map(
                        it ->
                                new Experiment(
                                        description, folder, watcher, it, clock, System::nanoTime))
                .orElseGet(
                        () -> new Experiment(description, folder, watcher, clock, System::nanoTime))
                .run();
    }

    public RunFolder folder(String id) {
        return new RunFolder(root.resolve("runs").resolve(id));
    }

    /// The digest of the published weights.
    public String weights(RunRecord record) {
        BundleStore store =
                BundleStore.open(root.resolve("bundles"), 1L << 30, InstantSource.system());
        Bundle bundle = store.load(record.bundle(), (done, total) -> {});
        return DurableFile.sha256(
                bundle.path(Role.ENCODER, "two-tower").resolve("weights.safetensors"));
    }
}
