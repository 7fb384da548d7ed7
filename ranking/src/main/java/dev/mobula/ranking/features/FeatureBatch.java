package dev.mobula.ranking.features;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The frozen rows of one request: one user and its candidates, as of one moment. Reused from request to request by
/// one thread.
public final class FeatureBatch {
    private final FeatureLayout layout;
    private final int candidatesMax;
    private final int[] user;
    private final int[] stored;
    private final int[] items;
    private final int[] pairs;
    private final long[] ids;
    private final IdSet seen;
    private final List<Drop> drops = new ArrayList<>();
    private int size;
    private long nowSeconds;

    public FeatureBatch(FeatureLayout layout, int candidatesMax) {
        if (candidatesMax < 1) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "candidatesMax=" + candidatesMax + ", must be > 0");
        }
        this.layout = layout;
        this.candidatesMax = candidatesMax;
        this.user = new int[layout.userWords()];
        this.stored = new int[layout.itemStoredWords()];
        this.items = new int[candidatesMax * layout.itemWords()];
        this.pairs = new int[candidatesMax * layout.pairCount()];
        this.ids = new long[candidatesMax];
        this.seen = new IdSet(candidatesMax);
    }

    public FeatureLayout layout() {
        return layout;
    }

    /// Starts a request for a user row that [FeatureLayout#encodeUser] made.
    public void begin(int[] storedUser, long nowSeconds) {
        reset(nowSeconds);
        if (!layout.freezeUser(storedUser, user, nowSeconds)) {
            throw new RankingException(Code.INVALID_FEATURE, "a number of the user is not finite");
        }
    }

    private void reset(long now) {
        size = 0;
        drops.clear();
        seen.clear();
        nowSeconds = now;
    }

    /// Adds candidates from the resident columns; those that cannot be scored become drops.
    public void gather(ItemColumns columns, long[] candidates) {
        if (!columns.layout().fingerprint().equals(layout.fingerprint())) {
            throw new RankingException(
                    Code.MISMATCH,
                    "columns of schema '%s', batch of '%s'"
                            .formatted(columns.layout().schema().name(), layout.schema().name()));
        }
        for (long id : candidates) {
            if (!seen.add(id)) {
                drops.add(new Drop(id, Drop.Reason.DUPLICATE));
            } else if (columns.read(id, stored)) {
                append(id);
            } else {
                drops.add(new Drop(id, Drop.Reason.UNKNOWN_ITEM));
            }
        }
    }

    /// Adds one candidate by its stored row.
    public void add(long id, int[] storedItem) {
        if (!seen.add(id)) {
            drops.add(new Drop(id, Drop.Reason.DUPLICATE));
            return;
        }
        System.arraycopy(storedItem, 0, stored, 0, stored.length);
        append(id);
    }

    private void append(long id) {
        if (size == candidatesMax) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "more than candidatesMax=" + candidatesMax);
        }
        int to = size * layout.itemWords();
        if (!layout.freezeItem(stored, 0, items, to, nowSeconds)) {
            drops.add(new Drop(id, Drop.Reason.FEATURE_NOT_FINITE));
            return;
        }
        ids[size] = id;
        formPairs(size++);
    }

    private void formPairs(int candidate) {
        int count = layout.pairCount();
        for (int p = 0; p < count; p++) {
            pairs[candidate * count + p] =
                    layout.pairRow(p, user, items, candidate * layout.itemWords());
        }
    }

    /// Makes this batch the logged vector and nothing else.
    public void replay(FeatureVector vector) {
        vector.requireLayout(layout);
        reset(0);
        System.arraycopy(vector.user(), 0, user, 0, user.length);
        System.arraycopy(vector.item(), 0, items, 0, vector.item().length);
        ids[0] = vector.id();
        size = 1;
        formPairs(0);
    }

    /// What to log of one candidate: everything its score depends on.
    public FeatureVector vector(int candidate) {
        int from = candidate * layout.itemWords();
        return new FeatureVector(
                layout.fingerprint(),
                ids[candidate],
                user.clone(),
                Arrays.copyOfRange(items, from, from + layout.itemWords()));
    }

    public int size() {
        return size;
    }

    public long id(int candidate) {
        return ids[candidate];
    }

    public List<Drop> drops() {
        return List.copyOf(drops);
    }

    /// Frozen user words: numbers as float bits, then table rows.
    public int[] userRow() {
        return user;
    }

    /// Frozen item words of all candidates, row after row.
    public int[] itemRows() {
        return items;
    }

    /// Table rows of the pair features of all candidates, row after row.
    public int[] pairRows() {
        return pairs;
    }
}
