package dev.mobula.ranking.page;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/// The edits that rearrange a selected page.
public final class PageRules {
    private PageRules() {}

    /// Filters every candidate, selected or not, whose id is forbidden. The page closes up; nobody is pulled in.
    public static SlateEdit forbid(LongPredicate isForbidden, String reason) {
        return slate -> {
            PagePool pool = slate.pool();
            IntPredicate isOut = index -> isForbidden.test(pool.id(index));
            List<Slate.Filtered> out =
                    IntStream.concat(IntStream.of(slate.selected()), IntStream.of(slate.reserve()))
                            .filter(isOut)
                            .mapToObj(index -> new Slate.Filtered(index, reason))
                            .toList();
            int[] page = IntStream.of(slate.selected()).filter(isOut.negate()).toArray();
            return slate.withFiltered("forbid: " + reason, page, out);
        };
    }

    /// Keeps posts of one author `gap` places apart where that can be had: a permutation of the page.
    ///
    /// Place after place takes the first of those left whose author was not shown within the gap, or just the first.
    public static SlateEdit space(int gap) {
        require(gap >= 1, "gap=" + gap);
        return slate -> {
            List<Integer> left = new ArrayList<>(IntStream.of(slate.selected()).boxed().toList());
            int[] page = new int[left.size()];
            for (int position = 0; position < page.length; position++) {
                int next = 0;
                for (int c = 0; c < left.size(); c++) {
                    if (isSpaced(slate.pool(), page, position, left.get(c), gap)) {
                        next = c;
                        break;
                    }
                }
                page[position] = left.remove(/* index */ next);
            }
            return slate.withSelected("space", page);
        };
    }

    private static boolean isSpaced(
            PagePool pool, int[] page, int position, int candidate, int gap) {
        int author = pool.author(candidate);
        for (int p = Math.max(0, position - gap + 1); author >= 0 && p < position; p++) {
            if (pool.author(page[p]) == author) {
                return false;
            }
        }
        return true;
    }

    /// Puts one candidate at a place, whatever caps say. From the reserve it pushes the last one off the page.
    ///
    /// A candidate that is filtered, or not in the pool, stays away: nothing changes.
    public static SlateEdit pin(long id, int position, String reason) {
        require(position >= 0, "position=" + position);
        return slate -> {
            int index = slate.pool().indexOf(id);
            return slate.canShow(id) ? place(slate, index, position, reason) : slate;
        };
    }

    /// Puts candidates at places of the page all at once, whatever caps say; the others keep their order around them, and
    /// the last ones go off the page for those that come in. Who is filtered, or not in the pool, stays away, and so
    /// does who has a place beyond the page.
    public static SlateEdit pinAll(SortedMap<Integer, Long> idByPosition, String reason) {
        SortedMap<Integer, Long> wanted = new TreeMap<>(idByPosition);
        require(wanted.isEmpty() || wanted.firstKey() >= 0, "idByPosition=" + wanted);
        require(
                wanted.values().stream().distinct().count() == wanted.size(),
                "idByPosition=" + wanted + " names one id twice");
        return slate -> {
            Map<Integer, Integer> pinned = new TreeMap<>();
            SortedMap<Integer, Long> onPage = wanted.headMap(slate.selected().length);
            onPage.forEach(
                    (position, id) -> {
                        if (slate.canShow(id)) {
                            pinned.put(position, slate.pool().indexOf(id));
                        }
                    });
            int[] rest =
                    IntStream.of(slate.selected())
                            .filter(index -> !pinned.containsValue(index))
                            .toArray();
            int[] page = new int[slate.selected().length];
            int next = 0;
            for (int position = 0; position < page.length; position++) {
                Integer here = pinned.get(position);
                page[position] = here == null ? rest[next++] : here;
            }
            return slate.withSelected(reason, page);
        };
    }

    /// Every `every`-th place belongs to a source: the next of its posts on the page moves up, or else the best of its
    /// reserve that the caps admit comes in.
    public static SlateEdit blend(String source, int every, Caps caps) {
        require(every >= 1, "every=" + every);
        return slate -> {
            Slate blended = slate;
            for (int at = every - 1; at < blended.selected().length; at += every) {
                blended = blendAt(blended, source, at, caps);
            }
            return blended;
        };
    }

    private static Slate blendAt(Slate slate, String source, int position, Caps caps) {
        int[] page = slate.selected();
        for (int p = position; p < page.length; p++) {
            if (slate.pool().source(page[p]).equals(source)) {
                return place(slate, page[p], position, "blend");
            }
        }
        Caps.Count count = caps.count(slate.pool());
        IntStream.of(page).forEach(count::add);
        count.remove(page[page.length - 1]);
        for (int index : slate.reserve()) {
            if (slate.pool().source(index).equals(source) && count.admits(index)) {
                return place(slate, index, position, "blend");
            }
        }
        return slate;
    }

    private static Slate place(Slate slate, int index, int position, String edit) {
        int[] before = slate.selected();
        boolean isNew = IntStream.of(before).noneMatch(other -> other == index);
        List<Integer> page = new ArrayList<>(IntStream.of(before).boxed().toList());
        page.remove(Integer.valueOf(index));
        page.add(Math.min(position, page.size()), index);
        if (isNew && before.length > 0 && page.size() > before.length) {
            int last = page.getLast() == index ? page.size() - 2 : page.size() - 1;
            page.remove(/* index */ last);
        }
        return slate.withSelected(edit, page.stream().mapToInt(Integer::intValue).toArray());
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new RankingException(Code.INVALID_REQUEST, what);
        }
    }
}
