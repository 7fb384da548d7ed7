package dev.mobula.ranking.value;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// The versioned value expressions of all surfaces: data beside a model, changed without retraining it.
public final class ValueModel {
    private static final JsonMapper JSON = new JsonMapper();

    private final String version;
    private final Map<String, ValueExpression> bySurface;

    private ValueModel(String version, Map<String, ValueExpression> bySurface) {
        this.version = version;
        this.bySurface = bySurface;
    }

    /// Parses every expression against the model's heads, or refuses naming the surface and the place.
    public static ValueModel of(
            String version, Map<String, String> expressions, List<String> heads) {
        if (expressions.isEmpty()) {
            throw new RankingException(
                    Code.INVALID_EXPRESSION, "value model '" + version + "' has no surface");
        }
        Map<String, ValueExpression> parsed = new LinkedHashMap<>();
        expressions.forEach(
                (surface, text) -> {
                    try {
                        parsed.put(surface, ValueExpression.parse(text, heads));
                    } catch (RankingException refusal) {
                        throw new RankingException(
                                refusal.code(),
                                "surface '" + surface + "': " + refusal.getMessage(),
                                refusal);
                    }
                });
        return new ValueModel(version, parsed);
    }

    private record Written(String version, Map<String, String> surfaces) {
        Written {
            surfaces = surfaces == null ? Map.of() : surfaces;
        }
    }

    /// Reads `{"version": …, "surfaces": {"home": "click + …"}}`.
    public static ValueModel parse(String json, List<String> heads) {
        Written written = read(json);
        return of(written.version(), written.surfaces(), heads);
    }

    /// The expressions in such JSON by surface, not parsed: for whoever does not know all that they may name.
    public static Map<String, String> texts(String json) {
        return Map.copyOf(read(json).surfaces());
    }

    private static Written read(String json) {
        try {
            return JSON.readValue(json, Written.class);
        } catch (JsonProcessingException cause) {
            throw new RankingException(
                    Code.INVALID_EXPRESSION, "value model: " + cause.getOriginalMessage(), cause);
        }
    }

    public String toJson() {
        Map<String, String> texts = new TreeMap<>();
        bySurface.forEach((surface, expression) -> texts.put(surface, expression.text()));
        try {
            return JSON.writeValueAsString(new Written(version, texts));
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("a value model has JSON", cause);
        }
    }

    public String version() {
        return version;
    }

    /// The surface's expression, or a refusal by name.
    public ValueExpression of(String surface) {
        ValueExpression expression = bySurface.get(surface);
        if (expression == null) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "no surface '%s', value model '%s' has %s"
                            .formatted(surface, version, bySurface.keySet()));
        }
        return expression;
    }

    /// Where one candidate would move under other weights. Ranks count from 0.
    public record Move(
            long id, int rankBefore, int rankAfter, double valueBefore, double valueAfter) {}

    /// The batch in the order of the new expression, each candidate with where it stood under the old one.
    public static List<Move> preview(
            long[] ids, double[] calibrated, ValueExpression before, ValueExpression after) {
        int heads = calibrated.length / Math.max(1, ids.length);
        double[] old = before.values(calibrated, heads);
        double[] fresh = after.values(calibrated, heads);
        Map<Integer, Integer> ranksBefore = new HashMap<>();
        for (int candidate : order(ids, old)) {
            ranksBefore.put(candidate, ranksBefore.size());
        }
        List<Move> moves = new ArrayList<>();
        for (int candidate : order(ids, fresh)) {
            moves.add(
                    new Move(
                            ids[candidate],
                            ranksBefore.getOrDefault(candidate, -1),
                            moves.size(),
                            old[candidate],
                            fresh[candidate]));
        }
        return moves;
    }

    /// Best first; equal values by id, so that an order never depends on how a batch was put together.
    public static List<Integer> order(long[] ids, double[] values) {
        return IntStream.range(0, ids.length)
                .boxed()
                .sorted(
                        Comparator.<Integer>comparingDouble(i -> -values[i])
                                .thenComparingLong(i -> ids[i]))
                .toList();
    }
}
