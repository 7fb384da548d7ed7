package dev.mobula.actors.loop;

import dev.mobula.actors.spaces.SpaceNote;
import dev.mobula.actors.spaces.SpaceVectors;
import dev.mobula.actors.spaces.UserEncoder;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.vectors.RowLayout;
import dev.mobula.training.TrainingException;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.Manifest;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.durable.Folders;
import dev.mobula.training.encoder.EncoderFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/// What item shards and gateways take of bundles: the vectors of the items that an encoder knows, and the encoder itself.
///
/// A space's name is the digest of both, so bundles with the same encoder and index share one.
final class StagedSpaces {
    private static final String ENCODER = "encoder";
    private static final String VECTORS = "vectors";
    private static final String HALF = ".half";
    private static final int NAME_CHARS = 32;

    private final Path folder;

    StagedSpaces(Path folder) {
        this.folder = folder;
    }

    /// Whether a bundle searches a space of its own.
    static boolean hasSpace(Bundle bundle) {
        return !bundle.manifest().parts(Role.ENCODER).isEmpty()
                || !bundle.manifest().parts(Role.ITEM_INDEX).isEmpty();
    }

    static String nameOf(Bundle bundle) {
        StringBuilder content = new StringBuilder();
        for (Role role : List.of(Role.ENCODER, Role.ITEM_INDEX)) {
            for (Manifest.Part part : bundle.manifest().parts(role)) {
                part.files().forEach(file -> content.append(file.path()).append(file.sha256()));
            }
        }
        return DurableFile.sha256(content.toString().getBytes(StandardCharsets.UTF_8))
                .substring(0, NAME_CHARS);
    }

    /// Why a bundle's space cannot be made; empty when it can, or has none.
    static List<String> against(Bundle bundle) {
        if (!hasSpace(bundle)) {
            return List.of();
        }
        int encoders = bundle.manifest().parts(Role.ENCODER).size();
        int indexes = bundle.manifest().parts(Role.ITEM_INDEX).size();
        if (encoders != 1 || indexes != 1) {
            return List.of(
                    "encoders=%d, item indexes=%d: it needs one of each to be searched by"
                            .formatted(encoders, indexes));
        }
        try (FrozenIndex index = FrozenIndex.open(indexOf(bundle))) {
            Path encoder = encoderOf(bundle);
            var _ = UserEncoder.placesOf("items", new EncoderFolder(encoder).items());
            int width = UserEncoder.load(encoder).dimension();
            return width == index.dimension()
                    ? List.of()
                    : List.of(
                            "its encoder makes vectors of %d numbers, its item index has such of %d"
                                    .formatted(width, index.dimension()));
        } catch (TrainingException | RetrievalException | IOException unreadable) {
            return List.of(String.valueOf(unreadable.getMessage()));
        }
    }

    private static Path encoderOf(Bundle bundle) {
        Manifest.Part part = bundle.manifest().parts(Role.ENCODER).getFirst();
        return bundle.path(Role.ENCODER, part.name());
    }

    private static Path indexOf(Bundle bundle) {
        Manifest.Part part = bundle.manifest().parts(Role.ITEM_INDEX).getFirst();
        return bundle.path(Role.ITEM_INDEX, part.name()).resolve(part.files().getFirst().path());
    }

    /// Lays down a bundle's space; the same bytes whenever it is asked for.
    SpaceNote stage(Bundle bundle) {
        String name = nameOf(bundle);
        Path whole = folderOf(name);
        try {
            if (!Files.exists(whole)) {
                Path half = folder.resolve(name + HALF);
                Folders.delete(half);
                Files.createDirectories(half.resolve(ENCODER));
                copyEncoder(encoderOf(bundle), half.resolve(ENCODER));
                writeVectors(bundle, half.resolve(VECTORS));
                Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE);
            }
            return new SpaceNote(name, whole.resolve(ENCODER).toAbsolutePath().toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Where a space that was staged lies.
    Path folderOf(String name) {
        return folder.resolve(name);
    }

    private static void copyEncoder(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /// The index has items by their places in the encoder's list; here they go by their ids.
    private static void writeVectors(Bundle bundle, Path file) throws IOException {
        List<String> items = new EncoderFolder(encoderOf(bundle)).items();
        Map<Long, Integer> places = UserEncoder.placesOf("items", items);
        try (FrozenIndex index = FrozenIndex.open(indexOf(bundle))) {
            long[] ids =
                    places.entrySet().stream()
                            .filter(item -> index.row(item.getValue()).isPresent())
                            .mapToLong(Map.Entry::getKey)
                            .sorted()
                            .toArray();
            float[] padded = new float[new RowLayout(index.dimension()).length()];
            SpaceVectors.write(
                    file,
                    index.metric(),
                    index.dimension(),
                    ids,
                    at -> {
                        OptionalInt row = index.row(places.getOrDefault(ids[at], 0));
                        index.vector(row.orElseThrow(), padded);
                        return Arrays.copyOf(padded, index.dimension());
                    });
        }
    }

    /// Deletes what is staged of other spaces than these.
    void keepOnly(Set<String> kept) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path one : all.toList()) {
                if (!kept.contains(one.getFileName().toString())) {
                    Folders.delete(one);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
