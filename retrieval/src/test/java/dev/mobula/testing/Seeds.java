package dev.mobula.testing;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/// Seeded property tests: a body run over many generators, the failing seed named and replayable.
///
/// Set `-Dmobula.seed=N` to run one seed alone.
public final class Seeds {
    private Seeds() {}

    /// Body of a property: draws its inputs from the generator it is given and asserts.
    @FunctionalInterface
    public interface Property {
        void check(SplittableRandom random) throws Exception;
    }

    /// Runs the property over `count` seeds, or over the one that `mobula.seed` names.
    public static void forAll(int count, Property property) {
        String one = System.getProperty("mobula.seed");
        LongStream seeds =
                one == null ? LongStream.range(0, count) : LongStream.of(Long.parseLong(one));
        seeds.forEach(seed -> run(seed, property));
    }

    private static void run(long seed, Property property) {
        try {
            property.check(new SplittableRandom(seed));
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "property fails for seed " + seed + "; replay with -Dmobula.seed=" + seed,
                    failure);
        }
    }
}
