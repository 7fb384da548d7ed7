package dev.mobula.ranking.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// A pool split in three: selected in page order, reserve in order of value, and filtered with the reason.
///
/// Immutable. Every candidate of the pool is in exactly one part: the constructor holds it.
public final class Slate {
    private final PagePool pool;
    private final int[] selected;
    private final int[] reserve;
    private final List<Filtered> filtered;
    private final List<Move> moves;

    /// A candidate that may not be shown, by index.
    public record Filtered(int index, String reason) {}

    /// What an edit did to one candidate. A position is its place on the page, -1 off the page.
    public record Move(String edit, long id, int from, int to) {}

    Slate(PagePool pool, int[] selected, int[] reserve, List<Filtered> filtered, List<Move> moves) {
        this.pool = pool;
        this.selected = selected;
        this.reserve = reserve;
        this.filtered = List.copyOf(filtered);
        this.moves = List.copyOf(moves);
        requireConserved();
    }

    /// All in reserve, best value first.
    public static Slate of(PagePool pool) {
        int[] all =
                IntStream.range(0, pool.size())
                        .boxed()
                        .sorted(pool::compare)
                        .mapToInt(Integer::intValue)
                        .toArray();
        return new Slate(pool, new int[0], all, List.of(), List.of());
    }

    private void requireConserved() {
        BitSet seen = new BitSet(pool.size());
        int count = 0;
        for (int[] part : new int[][] {selected, reserve}) {
            for (int index : part) {
                seen.set(index);
                count++;
            }
        }
        for (Filtered out : filtered) {
            seen.set(out.index());
            count++;
        }
        if (count != pool.size() || seen.cardinality() != pool.size()) {
            throw new IllegalStateException(
                    "pool=%d but selected=%d reserve=%d filtered=%d, distinct=%d"
                            .formatted(
                                    pool.size(),
                                    selected.length,
                                    reserve.length,
                                    filtered.size(),
                                    seen.cardinality()));
        }
    }

    /// The slate after an edit.
    public Slate then(SlateEdit edit) {
        return edit.apply(this);
    }

    public PagePool pool() {
        return pool;
    }

    /// Indexes on the page, in order.
    public int[] selected() {
        return selected.clone();
    }

    /// Indexes that could still be shown, best first.
    public int[] reserve() {
        return reserve.clone();
    }

    public List<Filtered> filtered() {
        return filtered;
    }

    /// Whether a candidate is on the page or could be: in the pool and not filtered.
    public boolean canShow(long id) {
        int index = pool.indexOf(id);
        return index >= 0 && filtered.stream().noneMatch(out -> out.index() == index);
    }

    /// What all edits so far did, in order.
    public List<Move> moves() {
        return moves;
    }

    /// Ids on the page, in order.
    public long[] page() {
        return IntStream.of(selected).mapToLong(pool::id).toArray();
    }

    /// The slate with another page; whoever is on neither it nor filtered is reserve.
    Slate withSelected(String edit, int[] page) {
        return rebuilt(edit, page, filtered);
    }

    /// The slate with more filtered.
    Slate withFiltered(String edit, int[] page, List<Filtered> more) {
        List<Filtered> all = new ArrayList<>(filtered);
        all.addAll(more);
        return rebuilt(edit, page, all);
    }

    private Slate rebuilt(String edit, int[] page, List<Filtered> out) {
        BitSet taken = new BitSet(pool.size());
        IntStream.of(page).forEach(taken::set);
        out.forEach(it -> taken.set(it.index()));
        int[] rest =
                IntStream.range(0, pool.size())
                        .filter(index -> !taken.get(index))
                        .boxed()
                        .sorted(pool::compare)
                        .mapToInt(Integer::intValue)
                        .toArray();
        return new Slate(pool, page, rest, out, movesWith(edit, page));
    }

    private List<Move> movesWith(String edit, int[] page) {
        int[] before = positions(selected);
        int[] after = positions(page);
        List<Move> all = new ArrayList<>(moves);
        for (int index : page) {
            if (before[index] != after[index]) {
                all.add(new Move(edit, pool.id(index), before[index], after[index]));
            }
        }
        for (int index : selected) {
            if (after[index] < 0) {
                all.add(new Move(edit, pool.id(index), before[index], -1));
            }
        }
        return all;
    }

    private int[] positions(int[] page) {
        int[] positions = new int[pool.size()];
        Arrays.fill(positions, -1);
        for (int position = 0; position < page.length; position++) {
            positions[page[position]] = position;
        }
        return positions;
    }
}
