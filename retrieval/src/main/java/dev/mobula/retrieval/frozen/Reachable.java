package dev.mobula.retrieval.frozen;

/// The rows that links lead to, found by walking all of them.
final class Reachable {
    private final int[] links;
    private final int width;
    private final VisitedRows seen;
    private final int[] stack;
    private final int count;
    private int reached;

    Reachable(int[] links, int width, int count) {
        this.links = links;
        this.width = width;
        this.count = count;
        seen = new VisitedRows(count);
        stack = new int[count];
    }

    void spreadFrom(int start) {
        int depth = 0;
        if (seen.add(start)) {
            stack[depth++] = start;
            reached++;
        }
        while (depth > 0) {
            int from = stack[--depth] * width;
            for (int i = from; i < from + width && links[i] >= 0; i++) {
                if (seen.add(links[i])) {
                    stack[depth++] = links[i];
                    reached++;
                }
            }
        }
    }

    boolean contains(int row) {
        return seen.contains(row);
    }

    boolean isEverything() {
        return reached == count;
    }
}
