package dev.mobula.ranking.calibration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.model.ScoredBatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The calibrations of a model's heads. A head that has none says so.
public record Calibrators(String version, Map<String, Calibration> byHead) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Calibration NONE = new Calibration.Uncalibrated("no calibration data");

    public Calibrators {
        byHead = Map.copyOf(byHead);
    }

    public Calibration of(String head) {
        return byHead.getOrDefault(head, NONE);
    }

    /// Heads among the given ones whose scores are not calibrated.
    public List<String> uncalibrated(List<String> heads) {
        return heads.stream().filter(head -> !of(head).isCalibrated()).toList();
    }

    /// Calibrated scores in the batch's layout: candidate after candidate, heads within.
    public double[] apply(ScoredBatch batch) {
        List<String> heads = batch.heads();
        Calibration[] calibrations = heads.stream().map(this::of).toArray(Calibration[]::new);
        double[] calibrated = new double[batch.scores().length];
        for (int i = 0; i < calibrated.length; i++) {
            calibrated[i] = calibrations[i % heads.size()].apply(batch.scores()[i]);
        }
        return calibrated;
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(new Calibrators(version, new TreeMap<>(byHead)));
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("calibrators have JSON", cause);
        }
    }

    /// Reads what [#toJson] wrote.
    public static Calibrators parse(String json) {
        try {
            return JSON.readValue(json, Calibrators.class);
        } catch (JsonProcessingException cause) {
            throw new RankingException(
                    Code.INVALID_MODEL, "calibrators: " + cause.getOriginalMessage(), cause);
        }
    }
}
