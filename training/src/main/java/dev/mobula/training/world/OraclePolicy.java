package dev.mobula.training.world;

import dev.mobula.retrieval.collaborative.TopK;

/// Knows the truth and shows the best page there is: the bound that no policy passes on the same request.
///
/// It is best for one request at a time; what a page does to later ones it does not weigh.
public final class OraclePolicy implements Policy {
    private final Truth truth;
    private final TopK best;
    private final int[] ranked;

    /// @param truth of the simulation it is to serve
    public OraclePolicy(Truth truth, int limit) {
        this.truth = truth;
        best = new TopK(limit);
        ranked = new int[limit];
    }

    @Override
    public void choose(Request request, Page page) {
        best.clear();
        for (int item = request.firstItem(); item < request.endItem(); item++) {
            double utility = truth.utility(item);
            best.offer(item, utility > 0 ? (float) utility : Float.NaN);
        }
        int count = best.drainTo(ranked);
        for (int i = 0; i < count; i++) {
            page.add(ranked[i]);
        }
    }
}
