package dev.mobula.retrieval.campaign;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/*
 * FRAUDAR: an edge to a target of degree d weighs 1 / log(d + 5), so that hiding among what everybody does costs the edges
 * their weight. Of all sets of accounts and targets the one with the most weight per member is approached by taking the
 * least member out again and again (a half of the best density at the least). Its accounts are set aside, and the rest is
 * searched again.
 *
 * How dense is too dense is asked of the graph itself: the same search in graphs of the same degrees, by chance. A block's
 * p is the share of those, and itself, whose densest block is as dense; the search goes on while p is strictly below q, so
 * that with 19 such graphs about one in twenty graphs without any block shows one at q = .1. What would flag more than a
 * share of all accounts is held to be the community itself, and left alone.
 *
 * Hooi et al., FRAUDAR: bounding graph fraud in the face of camouflage, 2016.
 */
/// Accounts that act together more than their activity explains.
public final class DenseBlocks {
    private static final int BLOCKS_MAX = 10;
    private static final int SHUFFLED = 19;

    private DenseBlocks() {}

    /// Accounts that acted together.
    ///
    /// @param p the chance of a block as dense where nobody acts together
    public record Block(double density, double p, List<Long> accounts) {
        public Block {
            accounts = List.copyOf(accounts);
        }
    }

    /// What is found, densest first.
    ///
    /// @param q the share of what is found that may be wrong
    /// @param shareMax of all accounts, how many may be flagged
    public static List<Block> find(ActGraph graph, double q, double shareMax, long seed) {
        if (!(q > 0 && q < 1) || !(shareMax > 0 && shareMax <= 1)) {
            throw invalid("q, shareMax", q + ", " + shareMax, "must be within 0..1");
        }
        if (graph.edges() == 0) {
            return List.of();
        }
        double[] byChance = new double[SHUFFLED];
        for (int i = 0; i < SHUFFLED; i++) {
            byChance[i] = new Peeling(graph.shuffled(seed + i), none(graph)).density();
        }
        boolean[] taken = none(graph);
        List<Block> found = new ArrayList<>();
        int flagged = 0;
        for (int i = 0; i < BLOCKS_MAX; i++) {
            Peeling peeling = new Peeling(graph, taken);
            double density = peeling.density();
            long asDense = Arrays.stream(byChance).filter(other -> other >= density).count();
            double p = (1.0 + asDense) / (1 + SHUFFLED);
            int[] members = peeling.accounts();
            flagged += members.length;
            if (members.length < 2 || p >= q || flagged > shareMax * graph.accounts()) {
                break;
            }
            List<Long> ids = new ArrayList<>();
            for (int member : members) {
                taken[member] = true;
                ids.add(graph.id(member));
            }
            found.add(new Block(density, p, ids));
        }
        return found;
    }

    private static boolean[] none(ActGraph graph) {
        return new boolean[graph.accounts()];
    }

    /// 1 - p of the block an account is in; accounts in none are absent.
    public static Map<Long, Double> scores(List<Block> blocks) {
        Map<Long, Double> scores = new HashMap<>();
        for (Block block : blocks) {
            block.accounts().forEach(account -> scores.merge(account, 1 - block.p(), Math::max));
        }
        return scores;
    }
}
