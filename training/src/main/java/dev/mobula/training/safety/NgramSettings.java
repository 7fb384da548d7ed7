package dev.mobula.training.safety;

import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.training.TrainingException;

/// How an n-gram model is trained.
///
/// @param bits size of the table, as a power of two
/// @param cost what an error costs against large weights
/// @param contrast how much columns are stretched by how differently the classes have them: 0 not, 1 fully
/// @param textsMin buckets of fewer texts are left out
/// @param canonical whether texts are read through the canonicaliser
/// @param goal what the operating point limits, and `limit` how far
/// @param calibrationShare share of the texts that calibrate and choose the operating points, and train nothing
public record NgramSettings(
        int bits,
        double cost,
        double contrast,
        int textsMin,
        boolean canonical,
        OperatingPoint.Goal goal,
        double limit,
        double calibrationShare,
        int stepsMax,
        long seed) {
    public NgramSettings {
        if (bits < Ngrams.BITS_MIN || bits > Ngrams.BITS_MAX) {
            throw TrainingException.invalid(
                    "bits", bits, "must be " + Ngrams.BITS_MIN + ".." + Ngrams.BITS_MAX);
        }
        if (!(cost > 0) || Double.isInfinite(cost)) {
            throw TrainingException.invalid("cost", cost, "must be positive");
        }
        if (!(contrast >= 0 && contrast <= 1)) {
            throw TrainingException.invalid("contrast", contrast, "must be 0..1");
        }
        if (!(calibrationShare > 0 && calibrationShare < 1)) {
            throw TrainingException.invalid(
                    "calibration share", calibrationShare, "must be in (0, 1)");
        }
        if (textsMin < 1 || stepsMax < 1) {
            throw TrainingException.invalid(
                    "textsMin, stepsMax", textsMin + ", " + stepsMax, "must be positive");
        }
    }

    /// One recipe for all data: 2^20 buckets, cost 4, one false positive in a hundred.
    public static NgramSettings usual() {
        return new NgramSettings(
                20, 4, .3, 2, true, OperatingPoint.Goal.FALSE_POSITIVE_RATE, .01, .2, 60, 42);
    }

    public NgramSettings withGoal(OperatingPoint.Goal newGoal, double newLimit) {
        return new NgramSettings(
                bits,
                cost,
                contrast,
                textsMin,
                canonical,
                newGoal,
                newLimit,
                calibrationShare,
                stepsMax,
                seed);
    }

    public NgramSettings withCanonical(boolean read) {
        return new NgramSettings(
                bits,
                cost,
                contrast,
                textsMin,
                read,
                goal,
                limit,
                calibrationShare,
                stepsMax,
                seed);
    }

    public NgramSettings withSize(int newBits, long newSeed) {
        return new NgramSettings(
                newBits,
                cost,
                contrast,
                textsMin,
                canonical,
                goal,
                limit,
                calibrationShare,
                stepsMax,
                newSeed);
    }
}
