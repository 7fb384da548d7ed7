package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.Structure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Our index of a set in the structure that its metric gets, and in the other one where that is wanted.
record AnnIndexes(FrozenIndex chosen, Optional<FrozenIndex> other, double buildSeconds)
        implements AutoCloseable {
    static AnnIndexes open(AnnSet set, BenchContext context, boolean withOther) throws IOException {
        Structure best = Structure.of(set.data().metric());
        Structure second = best == Structure.GRAPH ? Structure.LEAVES : Structure.GRAPH;
        FrozenIndex chosen = open(set.data(), file(set, best), best, context);
        Optional<FrozenIndex> other =
                withOther
                        ? Optional.of(open(set.data(), file(set, second), second, context))
                        : Optional.empty();
        double seconds = Double.parseDouble(Files.readString(times(chosen.file())));
        return new AnnIndexes(chosen, other, seconds);
    }

    /// The snapshot at a path; it is built when it is not there or was written in an older format.
    static FrozenIndex open(AnnData data, Path file, Structure structure, BenchContext context)
            throws IOException {
        if (Files.exists(file) && Files.exists(times(file))) {
            try {
                return FrozenIndex.open(file);
            } catch (RetrievalException old) {
                if (old.code() != RetrievalException.Code.CORRUPT) {
                    throw old;
                }
            }
        }
        long start = System.nanoTime();
        AnnIndex.build(data, file, structure, context);
        Files.writeString(times(file), String.valueOf((System.nanoTime() - start) / 1e9));
        return FrozenIndex.open(file);
    }

    /// Seconds that building a snapshot took, kept beside it.
    static Path times(Path file) {
        return file.resolveSibling(file.getFileName() + ".seconds");
    }

    /// What a structure of ours is called beside the one that is chosen.
    static String name(FrozenIndex index) {
        return "mobula-" + index.structure().name().toLowerCase(Locale.ROOT);
    }

    FrozenIndex graph() {
        return chosen.structure() == Structure.GRAPH ? chosen : other.orElseThrow();
    }

    /// Bytes that looking at one row reads.
    double bytesPerDistance() {
        int padded = (chosen.dimension() + 63) & -64;
        return chosen.structure() == Structure.GRAPH ? padded + 4 : padded / 4.0;
    }

    private static Path file(AnnSet set, Structure structure) {
        return set.folder().resolve(structure.name().toLowerCase(Locale.ROOT) + ".index");
    }

    @Override
    public void close() {
        try (chosen) {
            other.ifPresent(FrozenIndex::close);
        }
    }
}
