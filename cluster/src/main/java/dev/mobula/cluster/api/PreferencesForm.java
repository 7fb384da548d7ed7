package dev.mobula.cluster.api;

import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserWrite;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a user chose, in JSON.
///
/// @param id the user, in a batch
record PreferencesForm(
        @Nullable Long id,
        @Nullable List<String> topics,
        @Nullable List<String> languages,
        @Nullable List<Long> chosenItems,
        @Nullable Map<String, String> labelSettings,
        @Nullable Map<String, String> attributes) {

    static PreferencesForm of(Preferences chosen) {
        return new PreferencesForm(
                null,
                chosen.topics(),
                chosen.languages(),
                chosen.chosenItems(),
                chosen.labelSettings(),
                chosen.attributes());
    }

    Preferences preferences() {
        return new Preferences(
                topics == null ? List.of() : topics,
                languages == null ? List.of() : languages,
                chosenItems == null ? List.of() : chosenItems,
                labelSettings == null ? Map.of() : labelSettings,
                attributes == null ? Map.of() : attributes);
    }

    /// The write that this row of a batch describes.
    UserWrite write() {
        if (id == null) {
            throw RequestProblem.missing("id", "it must be the user's id");
        }
        return new UserWrite.Prefer(id, preferences());
    }
}
