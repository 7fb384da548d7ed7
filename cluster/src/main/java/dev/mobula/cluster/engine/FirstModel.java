package dev.mobula.cluster.engine;

import dev.mobula.actors.ranker.RankerStatus;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The model that serves before any was trained: the rankers' own starter, over the features that are to be learned from.
final class FirstModel {
    private static final Logger LOG = LoggerFactory.getLogger(FirstModel.class);
    private static final String PREFIX = "starter-";
    private static final int NAME_CHARS = 8;

    private FirstModel() {}

    /// Has it serve where nothing but a starter ever did. Rankers that cannot read the folder go on with their own, from
    /// which little can be learned.
    static void serve(Rankers rankers, EngineSettings settings) {
        FeatureSchema schema = EngineFeatures.of(settings.rankers().features());
        String version = PREFIX + schema.fingerprint().substring(0, NAME_CHARS);
        List<String> active =
                rankers.status().stream()
                        .map(RankerStatus::lineup)
                        .map(Lineup::active)
                        .distinct()
                        .toList();
        if (active.equals(List.of(version))
                || !active.stream().allMatch(one -> one.startsWith(PREFIX))) {
            return;
        }
        Path folder = EngineLoop.folderOf(settings).resolve(version);
        try {
            if (Files.exists(folder)) {
                Folders.delete(folder);
            }
            Files.createDirectories(folder);
            ModelFolder.save(folder, StarterModel.over(version, schema), List.of());
            rankers.install(folder).join();
            rankers.lineUp(Lineup.of(version)).join();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (CompletionException refused) {
            if (!(refused.getCause() instanceof CallException)) {
                throw refused;
            }
            LOG.warn(
                    "the rankers do not read {}: loop.folder must be one that they see ({})",
                    folder,
                    refused.getMessage());
        }
    }
}
