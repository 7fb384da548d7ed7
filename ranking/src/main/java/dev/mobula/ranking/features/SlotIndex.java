package dev.mobula.ranking.features;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/*
 * A map from item id to row slot with one writer and any number of readers that never wait.
 *
 * Open addressing with linear probing. Within one table a cell's key is written once, before the cell's slot is
 * released, and never changes; deleting marks the cell, and only its own key may revive it. So a reader that sees a
 * cell taken sees its key. When cells run out, the writer fills a fresh table and swaps the reference: a reader on the
 * old one sees the map as it was, and the row itself (which carries its id) tells whether the slot has moved on.
 */
final class SlotIndex {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int FREE = 0;
    private static final int DELETED = -1;

    private volatile Table table;
    private int live;
    private int used;

    SlotIndex(int expected) {
        this.table = new Table(capacityFor(expected));
    }

    private static final class Table {
        final long[] keys;
        final int[] cells;

        Table(int capacity) {
            keys = new long[capacity];
            cells = new int[capacity];
        }
    }

    private static int capacityFor(int expected) {
        return Integer.highestOneBit(Math.max(8, expected) * 2 - 1) << 1;
    }

    /// The slot of an id, or -1.
    int find(long id) {
        Table now = table;
        int mask = now.keys.length - 1;
        for (int at = (int) FeatureHash.mix(id) & mask; ; at = (at + 1) & mask) {
            int cell = (int) CELL.getAcquire(now.cells, at);
            if (cell == FREE) {
                return -1;
            }
            if (now.keys[at] == id) {
                return cell == DELETED ? -1 : cell - 1;
            }
        }
    }

    int size() {
        return live;
    }

    /// All ids, for the writer.
    long[] keys() {
        long[] ids = new long[live];
        int count = 0;
        for (int at = 0; at < table.keys.length; at++) {
            if (table.cells[at] > 0) {
                ids[count++] = table.keys[at];
            }
        }
        return ids;
    }

    void put(long id, int slot) {
        if ((used + 1) * 2 > table.keys.length) {
            rehash();
        }
        int at = cellOf(table, id);
        Table now = table;
        int before = now.cells[at];
        if (before == FREE) {
            now.keys[at] = id;
            used++;
        }
        if (before == FREE || before == DELETED) {
            live++;
        }
        CELL.setRelease(now.cells, at, slot + 1);
    }

    void remove(long id) {
        Table now = table;
        int at = cellOf(now, id);
        if (now.cells[at] > 0) {
            CELL.setRelease(now.cells, at, DELETED);
            live--;
        }
    }

    private static int cellOf(Table table, long id) {
        int mask = table.keys.length - 1;
        int at = (int) FeatureHash.mix(id) & mask;
        while (table.cells[at] != FREE && table.keys[at] != id) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void rehash() {
        Table old = table;
        Table fresh = new Table(capacityFor(2 * (live + 1)));
        for (int from = 0; from < old.keys.length; from++) {
            if (old.cells[from] > 0) {
                int at = cellOf(fresh, old.keys[from]);
                fresh.keys[at] = old.keys[from];
                fresh.cells[at] = old.cells[from];
            }
        }
        used = live;
        table = fresh;
    }
}
