package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.calibration.Reliability;
import dev.mobula.ranking.safety.MetaHeads;
import dev.mobula.ranking.safety.NgramFolder;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModelFolder;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Models of text as bundles: with their lineage, and what they did to the texts that calibrated them as evidence.
public final class TextBundles {
    /// The fewest observations whose calibration is evidence.
    public static final int BINNED_MIN = 100;

    /// The parts into which scores are cut to see how calibrated they are.
    public static final int BINS = 10;

    private TextBundles() {}

    /// Publishes a model; its id.
    ///
    /// @param data digests of what it was trained on, by name
    public static String publish(
            BundleStore store,
            String name,
            NgramTraining.Trained trained,
            MetaHeads together,
            NgramSettings settings,
            Map<String, String> data)
            throws IOException {
        Evidence evidence = Evidence.NONE;
        for (Map.Entry<String, Observations> one : trained.observations().entrySet()) {
            OperatingPoint point = trained.model().points().get(one.getKey());
            if (point == null) {
                throw new IllegalStateException("head " + one.getKey() + " has no operating point");
            }
            evidence =
                    evidence.withMetrics(
                            Map.of(
                                    "recall " + one.getKey(), point.recall(),
                                    "precision " + one.getKey(), point.precision()));
            if (one.getValue().size() >= BINNED_MIN) {
                evidence =
                        evidence.withCalibration(
                                one.getKey(),
                                Reliability.of(one.getKey(), one.getValue(), BINS, 1));
            }
        }
        Lineage lineage = new Lineage("", "", "", settings.toString(), data, List.of());
        Path folder = Files.createTempDirectory("mobula-safety");
        try {
            TextModelFolder.save(folder, trained.model());
            if (!together.heads().isEmpty()) {
                together.save(folder);
            }
            return store.publish(
                    new BundleDraft(name, lineage, evidence)
                            .add(Role.SAFETY_MODEL, NgramFolder.PART, folder));
        } finally {
            Folders.delete(folder);
        }
    }
}
