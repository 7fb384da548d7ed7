package dev.mobula.retrieval.collaborative;

import java.util.Arrays;

/// People to follow from the graph: whoever the people one follows follow, each of these counting less the more
/// people they follow.
///
/// The matrix is square: its users and its items are the same people. The weight of a person z between two others is
/// `1 / ln(deg z)` (Adamic and Adar, Friends and Neighbors on the Web, 2003).
public final class AdamicAdar implements HistoryModel {
    private final InteractionMatrix graph;
    private final float[] weights;

    private AdamicAdar(InteractionMatrix graph, float[] weights) {
        this.graph = graph;
        this.weights = weights;
    }

    public static AdamicAdar of(InteractionMatrix graph) {
        float[] weights = new float[graph.users()];
        for (int z = 0; z < weights.length; z++) {
            weights[z] = (float) (1 / Math.log(Math.max(2, graph.degreeOfUser(z))));
        }
        return new AdamicAdar(graph, weights);
    }

    @Override
    public int items() {
        return graph.items();
    }

    @Override
    public Scorer scorer() {
        int[] offsets = graph.userOffsets();
        int[] followed = graph.userItems();
        return (history, scores) -> {
            Arrays.fill(scores, 0, graph.items(), 0);
            for (int between : history) {
                for (int f = offsets[between]; f < offsets[between + 1]; f++) {
                    scores[followed[f]] += weights[between];
                }
            }
        };
    }
}
