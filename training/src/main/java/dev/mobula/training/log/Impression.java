package dev.mobula.training.log;

import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.training.TrainingException;
import java.util.List;

/// One item on one page, as it was served: where, with which probability, scored by what from which features.
///
/// @param request names the page; feedback is joined to it by this and the item
/// @param timeMicros since 1970, UTC
/// @param position on the page, from 0
/// @param source who proposed the item
/// @param propensity the exact probability of the choice; 1 where nothing was drawn
/// @param model what scored it, `kernel` how
/// @param scores in the order of the log's heads
public record Impression(
        String request,
        long user,
        long item,
        long timeMicros,
        String surface,
        int position,
        String source,
        double propensity,
        String model,
        String kernel,
        List<Float> scores,
        FeatureVector features) {
    static final int TEXT_CHARS_MAX = 256;

    public Impression {
        scores = List.copyOf(scores);
        text("request", request, 1);
        text("surface", surface, 0);
        text("source", source, 0);
        text("model", model, 0);
        text("kernel", kernel, 0);
        if (position < 0) {
            throw TrainingException.invalid("position", position, "must not be negative");
        }
        if (!(propensity > 0 && propensity <= 1)) {
            throw TrainingException.invalid("propensity", propensity, "must be in (0, 1]");
        }
        if (features.id() != item) {
            throw TrainingException.invalid(
                    "item", item, "must be the one of its features, " + features.id());
        }
    }

    static void text(String field, String value, int charsMin) {
        if (value.length() < charsMin || value.length() > TEXT_CHARS_MAX) {
            throw TrainingException.invalid(
                    field,
                    '"' + value + '"',
                    "must have " + charsMin + " to " + TEXT_CHARS_MAX + " characters");
        }
    }
}
