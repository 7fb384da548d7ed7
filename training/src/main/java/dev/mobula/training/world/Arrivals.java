package dev.mobula.training.world;

/// Who comes next: at most one moment per user, the earliest first, of equal moments the lower user.
///
/// A binary heap of moments and users in one number each.
final class Arrivals {
    private static final int USER_BITS = 20;
    private static final long USER_MASK = (1L << USER_BITS) - 1;

    private final long[] heap;
    private int size;

    Arrivals(int users) {
        heap = new long[users];
    }

    void add(int user, int seconds) {
        long key = ((long) seconds << USER_BITS) | user;
        int at = size++;
        while (at > 0 && heap[(at - 1) >>> 1] > key) {
            heap[at] = heap[(at - 1) >>> 1];
            at = (at - 1) >>> 1;
        }
        heap[at] = key;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int seconds() {
        return (int) (heap[0] >>> USER_BITS);
    }

    int user() {
        return (int) (heap[0] & USER_MASK);
    }

    void remove() {
        long key = heap[--size];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= key) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = key;
    }
}
