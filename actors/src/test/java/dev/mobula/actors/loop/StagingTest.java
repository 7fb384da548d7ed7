package dev.mobula.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagingTest {
    @TempDir private Path folder;

    private Bundle bundle(String values) throws IOException {
        BundleStore store =
                BundleStore.open(folder.resolve("store"), 1L << 30, InstantSource.system());
        RankingModel model = StarterModel.create();
        Path ranker = folder.resolve("ranker");
        ModelFolder.save(ranker, model, List.of());
        Path file = Files.writeString(folder.resolve("value.json"), values);
        Lineage lineage = new Lineage("", "", "test", "test", Map.of(), List.of());
        String id =
                store.publish(
                        new BundleDraft("home", lineage, Evidence.NONE)
                                .add(Role.RANKER, "ranker", ranker)
                                .add(Role.VALUE_MODEL, "surfaces", file));
        return store.load(id, (done, total) -> {});
    }

    @Test
    void aModelIsStagedWithItsValuesWhichMayNameWhatTheFeedKnows() throws IOException {
        Bundle good =
                bundle("{\"version\": \"1\", \"surfaces\": {\"home\": \"click - ageHours\"}}");
        Staging staging = new Staging(folder.resolve("staged"));
        assertThat(staging.against(good)).isEmpty();
        Path staged = staging.folderOf(good, Optional.empty());
        assertThat(ModelFolder.values(staged)).isEqualTo(Map.of("home", "click - ageHours"));
        assertThat(staging.folderOf(good, Optional.empty())).isEqualTo(staged);
    }

    @Test
    void aValueThatNamesAnUnknownHeadIsRefusedByName() throws IOException {
        Bundle bad = bundle("{\"version\": \"1\", \"surfaces\": {\"home\": \"click + dwell\"}}");
        assertThat(new Staging(folder.resolve("staged")).against(bad))
                .singleElement()
                .asString()
                .contains("home")
                .contains("dwell");
        Bundle none = bundle("{\"version\": \"1\"}");
        assertThat(new Staging(folder.resolve("staged")).against(none))
                .singleElement()
                .asString()
                .contains("no surface");
    }
}
