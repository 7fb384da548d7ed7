package dev.mobula.ranking.features;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The features of one model: what serving encodes, what is logged and what training reads.
public record FeatureSchema(
        String name, int version, List<EmbeddingSpec> tables, List<Feature> features) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int FEATURES_MAX = 4096;
    private static final int FINGERPRINT_BYTES = 16;

    public FeatureSchema {
        tables = List.copyOf(tables);
        features = List.copyOf(features);
        if (features.isEmpty() || features.size() > FEATURES_MAX) {
            throw invalid(
                    "schema '%s': features=%d, must be 1..%d"
                            .formatted(name, features.size(), FEATURES_MAX));
        }
        check(tablesByName(tables), features);
    }

    /// Reads what [#toJson()] wrote.
    public static FeatureSchema parse(String json) {
        try {
            return JSON.readValue(json, FeatureSchema.class);
        } catch (JsonProcessingException cause) {
            if (cause.getCause() instanceof RankingException refusal) {
                throw refusal;
            }
            throw new RankingException(
                    Code.INVALID_SCHEMA, "schema: " + cause.getOriginalMessage(), cause);
        }
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("schema '" + name + "' has no JSON", cause);
        }
    }

    /// A digest of everything above: equal when and only when two schemas encode alike.
    @JsonIgnore
    public String fingerprint() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(toJson().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException cause) {
            throw new IllegalStateException("every JDK has SHA-256", cause);
        }
    }

    /// The declared table, or a refusal by name.
    public EmbeddingSpec table(String table) {
        return tables.stream()
                .filter(spec -> spec.name().equals(table))
                .findFirst()
                .orElseThrow(() -> invalid("no table '" + table + "' in schema '" + name + "'"));
    }

    private static Map<String, EmbeddingSpec> tablesByName(List<EmbeddingSpec> tables) {
        Map<String, EmbeddingSpec> byName = new HashMap<>();
        for (EmbeddingSpec table : tables) {
            if (byName.put(table.name(), table) != null) {
                throw invalid("table '" + table.name() + "' is declared twice");
            }
        }
        return byName;
    }

    private static void check(Map<String, EmbeddingSpec> tables, List<Feature> features) {
        Map<String, Feature> seen = new LinkedHashMap<>();
        for (Feature feature : features) {
            if (feature.name().isBlank()) {
                throw invalid("a feature needs a name: " + feature);
            }
            checkOne(tables, seen, feature);
            if (seen.put(feature.name(), feature) != null) {
                throw invalid("feature '" + feature.name() + "' is declared twice");
            }
        }
    }

    private static void checkOne(
            Map<String, EmbeddingSpec> tables, Map<String, Feature> seen, Feature feature) {
        switch (feature) {
            case Feature.Dense _, Feature.Counter _ -> {}
            case Feature.Categorical it -> {
                int rows = requireTable(tables, it.name(), it.table()).rows();
                int needed = it.vocabulary().size() + EmbeddingSpec.FIRST_ROW;
                if (needed > rows) {
                    throw invalid(
                            "feature '%s': vocabulary needs %d rows, table '%s' has %d"
                                    .formatted(it.name(), needed, it.table(), rows));
                }
            }
            case Feature.MultiValued it -> requireTable(tables, it.name(), it.table());
            case Feature.Sequence it -> requireTable(tables, it.name(), it.table());
            case Feature.Cross it -> {
                requireTable(tables, it.name(), it.table());
                requireCategorical(seen, it.name(), it.left());
                requireCategorical(seen, it.name(), it.right());
            }
        }
    }

    private static EmbeddingSpec requireTable(
            Map<String, EmbeddingSpec> tables, String feature, String table) {
        EmbeddingSpec spec = tables.get(table);
        if (spec == null) {
            throw invalid("feature '" + feature + "': no table '" + table + "'");
        }
        return spec;
    }

    private static void requireCategorical(Map<String, Feature> seen, String cross, String part) {
        if (!(seen.get(part) instanceof Feature.Categorical)) {
            throw invalid(
                    "cross '" + cross + "': '" + part + "' is no categorical declared before it");
        }
    }

    private static RankingException invalid(String message) {
        return new RankingException(Code.INVALID_SCHEMA, message);
    }
}
