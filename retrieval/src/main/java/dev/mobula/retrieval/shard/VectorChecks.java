package dev.mobula.retrieval.shard;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.Attributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks what is about to be written, before anything is.
final class VectorChecks {
    private VectorChecks() {}

    static float[] prepared(IndexSpec spec, long id, float[] vector, Attributes attributes) {
        spec.schema().check(id, attributes);
        return spec.metric().prepared("vector of id " + id, vector, spec.dimension());
    }

    static float[][] prepared(
            IndexSpec spec, long[] ids, float[][] vectors, List<Attributes> attributes) {
        if (vectors.length != ids.length || attributes.size() != ids.length) {
            throw invalid(
                    "vectors, attributes",
                    vectors.length + ", " + attributes.size(),
                    "must be one for each of " + ids.length + " ids");
        }
        Set<Long> seen = new HashSet<>();
        float[][] prepared = new float[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            if (!seen.add(ids[i])) {
                throw invalid("ids[" + i + "]", ids[i], "appears more than once in the batch");
            }
            prepared[i] = prepared(spec, ids[i], vectors[i], attributes.get(i));
        }
        return prepared;
    }
}
