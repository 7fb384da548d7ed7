package dev.mobula.cluster.cli;

import dev.mobula.actors.safety.PromotedModels;
import dev.mobula.ranking.safety.TextModel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The promoted model of a store, as an option.
final class PromotedModel {
    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description =
                    "The store of bundles whose promoted model is meant (MOBULA_HOME/safety).")
    private @Nullable Path store;

    TextModel load(Path usualStore) {
        Path from = store == null ? usualStore : store;
        PromotedModels models = new PromotedModels(from, InstantSource.system());
        models.refresh();
        List<TextModel> promoted = models.models();
        if (promoted.isEmpty()) {
            throw new CommandFailure(
                    "--store " + from + ": no bundle is promoted; ./mobula bundle promote");
        }
        return promoted.getFirst();
    }
}
