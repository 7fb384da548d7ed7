package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What a folder or file of interactions holds, recognised by the names of its files.
public sealed interface InteractionLayout {
    /// Lists of items per user, already split in two.
    record Pair(Path train, Path test) implements InteractionLayout {}

    /// One event a line.
    record Events(Path file) implements InteractionLayout {}

    /// Friendships: those that may be learned from, and all.
    record Edges(Path train, Path all) implements InteractionLayout {}

    /// A folder with `train.txt` and `test.txt`, with `train_edges.csv` and `edges.csv`, or with one `.inter` file; or
    /// a file of events; or a file of lists with its test file. Each may end in `.gz`.
    static InteractionLayout of(Path data, Optional<Path> test) {
        if (test.isPresent()) {
            return new Pair(existing(data), existing(test.get()));
        }
        if (!Files.isDirectory(existing(data))) {
            return new Events(data);
        }
        List<Path> files = files(data);
        List<InteractionLayout> found = new ArrayList<>();
        pair(files, "train.txt", "test.txt").ifPresent(p -> found.add(new Pair(p[0], p[1])));
        pair(files, "train_edges.csv", "edges.csv")
                .ifPresent(p -> found.add(new Edges(p[0], p[1])));
        for (Path file : files) {
            if (name(file).endsWith(".inter")) {
                found.add(new Events(file));
            }
        }
        if (found.size() != 1) {
            throw TrainingException.invalid(
                    "data",
                    data,
                    "must hold exactly one of train.txt with test.txt, train_edges.csv with"
                            + " edges.csv, or a .inter file; found "
                            + found.size());
        }
        return found.getFirst();
    }

    private static Optional<Path[]> pair(List<Path> files, String first, String second) {
        Optional<Path> a = one(files, name -> name.equals(first));
        Optional<Path> b = one(files, name -> name.equals(second));
        return a.flatMap(train -> b.map(other -> new Path[] {train, other}));
    }

    private static Optional<Path> one(List<Path> files, Predicate<String> wanted) {
        return files.stream().filter(file -> wanted.test(name(file))).findFirst();
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new TrainingException(Code.IO, folder + ": " + e, e);
        }
    }

    private static Path existing(Path path) {
        if (!Files.exists(path)) {
            throw new TrainingException(Code.NOT_FOUND, path + ": no such file or folder");
        }
        return path;
    }

    /// Reads everything.
    default Interactions read(Rejects rejects) {
        return switch (this) {
            case Pair(Path train, Path test) ->
                    InteractionFiles.readLists(List.of(train, test), rejects);
            case Events(Path file) -> InteractionFiles.readEvents(file, rejects);
            case Edges(Path train, Path all) ->
                    InteractionFiles.readEdges(List.of(train, all), rejects);
        };
    }
}
