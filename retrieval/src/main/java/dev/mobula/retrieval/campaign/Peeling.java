package dev.mobula.retrieval.campaign;

import java.util.Arrays;

/// Takes the member with the least weight out of a graph until none is left, and remembers when the rest was densest.
///
/// Members are accounts, and after them targets. The least one is on top of a heap that knows where each is.
final class Peeling {
    private static final double LOG_OFFSET = 5;

    private final int accounts;
    private final double[] weights;
    private final int[] heap;
    private final int[] places;
    private final int[] order;
    private final int[] starts;
    private final int[] neighbours;
    private final double[] edgeWeights;
    private int size;
    private int bestLeft;
    private double bestDensity;
    private int left;

    /// @param without accounts that are not looked at
    Peeling(ActGraph graph, boolean[] without) {
        accounts = graph.accounts;
        int members = graph.accounts + graph.targets;
        int[] degrees = new int[members];
        for (int i = 0; i < graph.edges(); i++) {
            if (!without[graph.ofAccount[i]]) {
                degrees[graph.ofAccount[i]]++;
                degrees[accounts + graph.ofTarget[i]]++;
            }
        }
        starts = new int[members + 1];
        for (int member = 0; member < members; member++) {
            starts[member + 1] = starts[member] + degrees[member];
        }
        neighbours = new int[starts[members]];
        edgeWeights = new double[starts[members]];
        weights = new double[members];
        int[] filled = starts.clone();
        double total = 0;
        for (int i = 0; i < graph.edges(); i++) {
            int account = graph.ofAccount[i];
            int target = accounts + graph.ofTarget[i];
            if (!without[account]) {
                double weight = 1 / Math.log(degrees[target] + LOG_OFFSET);
                total += weight;
                put(filled, account, target, weight);
                put(filled, target, account, weight);
            }
        }
        heap = new int[members];
        places = new int[members];
        order = new int[members];
        fillHeap(degrees);
        peel(total);
    }

    private void put(int[] filled, int from, int to, double weight) {
        neighbours[filled[from]] = to;
        edgeWeights[filled[from]++] = weight;
        weights[from] += weight;
    }

    private void fillHeap(int[] degrees) {
        Arrays.fill(places, -1);
        for (int member = 0; member < degrees.length; member++) {
            if (degrees[member] > 0) {
                places[member] = size;
                heap[size++] = member;
            }
        }
        for (int at = size / 2 - 1; at >= 0; at--) {
            sink(at);
        }
    }

    private void peel(double total) {
        left = size;
        int members = size;
        double weight = total;
        bestDensity = members == 0 ? 0 : weight / members;
        bestLeft = members;
        while (size > 1) {
            int least = heap[0];
            weight -= weights[least];
            remove(least);
            order[members - size - 1] = least;
            double density = weight / size;
            if (density > bestDensity) {
                bestDensity = density;
                bestLeft = size;
            }
            for (int at = starts[least]; at < starts[least + 1]; at++) {
                int other = neighbours[at];
                if (places[other] >= 0) {
                    weights[other] -= edgeWeights[at];
                    rise(places[other]);
                }
            }
        }
        if (members > 0) {
            order[members - 1] = heap[0];
        }
    }

    private void remove(int member) {
        int at = places[member];
        places[member] = -1;
        int last = heap[--size];
        if (at < size) {
            heap[at] = last;
            places[last] = at;
            sink(at);
        }
    }

    private void rise(int from) {
        int at = from;
        int member = heap[at];
        while (at > 0 && weights[heap[(at - 1) >>> 1]] > weights[member]) {
            move((at - 1) >>> 1, at);
            at = (at - 1) >>> 1;
        }
        heap[at] = member;
        places[member] = at;
    }

    private void sink(int from) {
        int at = from;
        int member = heap[at];
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && weights[heap[child + 1]] < weights[heap[child]]) {
                child++;
            }
            if (weights[heap[child]] >= weights[member]) {
                break;
            }
            move(child, at);
            at = child;
        }
        heap[at] = member;
        places[member] = at;
    }

    private void move(int from, int to) {
        heap[to] = heap[from];
        places[heap[to]] = to;
    }

    /// The most weight per member.
    double density() {
        return bestDensity;
    }

    /// The accounts of the densest rest.
    int[] accounts() {
        return Arrays.stream(order, left - bestLeft, left)
                .filter(member -> member < accounts)
                .sorted()
                .toArray();
    }
}
