package dev.mobula.ranking.features;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Rows live in chunks of plain ints. Each row is guarded by a sequence word of its own (a seqlock): the writer makes it
 * odd, writes, makes it even; a reader copies the row and starts again when the word was odd or has moved. Readers
 * therefore never wait for a lock and never see half a row. A row begins with its item's id, so a reader that looked a
 * slot up just before it was given to another item notices and looks again.
 *
 * Memory per item: the row, its id and sequence word, and two to eight index cells of twelve bytes.
 */
/// All items' feature rows, resident, read by many threads while one change stream writes them.
public final class ItemColumns {
    private static final Logger LOG = LoggerFactory.getLogger(ItemColumns.class);
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int CHUNK_ROWS = 1 << 12;
    private static final int HEADER_WORDS = 3;

    private final FeatureLayout layout;
    private final int itemsMax;
    private final int stride;
    private final SlotIndex index;
    private final int[] scratch;
    private volatile int[][] chunks = new int[0][];
    private int[] freeSlots = new int[16];
    private int freeCount;
    private int slotsUsed;
    private volatile long rejectedCount;

    /// @param itemsMax most items held at once; a further one is refused.
    public ItemColumns(FeatureLayout layout, int itemsMax) {
        if (itemsMax < 1 || itemsMax > 1 << 28) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "itemsMax=" + itemsMax + ", must be 1.." + (1 << 28));
        }
        this.layout = layout;
        this.itemsMax = itemsMax;
        this.stride = HEADER_WORDS + layout.itemStoredWords();
        this.index = new SlotIndex(Math.min(itemsMax, CHUNK_ROWS));
        this.scratch = new int[layout.itemStoredWords()];
    }

    public FeatureLayout layout() {
        return layout;
    }

    /// A change stream into these columns. Each stream has positions of its own; no two of them change the same item.
    public ItemStream newStream() {
        return new ItemStream(this);
    }

    /// Applies one change, whatever its position. A bad one is counted, set aside whole, and false.
    public synchronized boolean apply(ItemChange change) {
        try {
            switch (change) {
                case ItemChange.Upsert it -> upsert(it.id(), layout.encodeItem(it.values()));
                case ItemChange.Count it -> count(it);
                case ItemChange.Delete it -> delete(it.id());
            }
            return true;
        } catch (RankingException refusal) {
            rejectedCount = rejectedCount + 1;
            LOG.warn(
                    "item {} at {} set aside: {}",
                    change.id(),
                    change.position(),
                    refusal.getMessage());
            return false;
        }
    }

    /// Changes set aside because they did not fit the schema.
    public long rejectedCount() {
        return rejectedCount;
    }

    public synchronized int size() {
        return index.size();
    }

    /// The ids of all items held, in no particular order.
    public synchronized long[] ids() {
        return index.keys();
    }

    public boolean contains(long id) {
        return index.find(id) >= 0;
    }

    /// Stores a row that [FeatureLayout#encodeItem] made.
    public synchronized void upsert(long id, int[] stored) {
        if (stored.length != layout.itemStoredWords()) {
            throw new RankingException(
                    Code.MISMATCH,
                    "item %d: row of %d words, schema '%s' has %d"
                            .formatted(
                                    id,
                                    stored.length,
                                    layout.schema().name(),
                                    layout.itemStoredWords()));
        }
        int slot = index.find(id);
        boolean isNew = slot < 0;
        if (isNew) {
            slot = takeSlot(id);
        }
        write(slot, id, stored);
        if (isNew) {
            index.put(id, slot);
        }
    }

    public synchronized void delete(long id) {
        int slot = index.find(id);
        if (slot < 0) {
            return;
        }
        index.remove(id);
        if (freeCount == freeSlots.length) {
            freeSlots = Arrays.copyOf(freeSlots, freeCount * 2);
        }
        freeSlots[freeCount++] = slot;
    }

    private void count(ItemChange.Count change) {
        int slot = index.find(change.id());
        if (slot < 0) {
            return;
        }
        int from = base(slot) + HEADER_WORDS;
        System.arraycopy(chunk(slot), from, scratch, 0, scratch.length);
        layout.addToItemCounter(scratch, 0, change.counter(), change.amount(), change.atSeconds());
        write(slot, change.id(), scratch);
    }

    /// Copies an item's stored row as of one moment. False when there is no such item.
    boolean read(long id, int[] stored) {
        while (true) {
            int slot = index.find(id);
            if (slot < 0) {
                return false;
            }
            int[] chunk = chunk(slot);
            int at = base(slot);
            int before = (int) WORD.getAcquire(chunk, at);
            if ((before & 1) == 0) {
                long owner = ((long) chunk[at + 1] << 32) | (chunk[at + 2] & 0xffff_ffffL);
                System.arraycopy(chunk, at + HEADER_WORDS, stored, 0, stored.length);
                VarHandle.acquireFence();
                if ((int) WORD.getOpaque(chunk, at) == before && owner == id) {
                    return true;
                }
            }
            Thread.onSpinWait();
        }
    }

    private void write(int slot, long id, int[] stored) {
        int[] chunk = chunk(slot);
        int at = base(slot);
        int sequence = chunk[at];
        WORD.setOpaque(chunk, at, sequence + 1);
        VarHandle.storeStoreFence();
        chunk[at + 1] = (int) (id >>> 32);
        chunk[at + 2] = (int) id;
        System.arraycopy(stored, 0, chunk, at + HEADER_WORDS, stored.length);
        WORD.setRelease(chunk, at, sequence + 2);
    }

    private int takeSlot(long id) {
        if (freeCount > 0) {
            return freeSlots[--freeCount];
        }
        if (slotsUsed == itemsMax) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "item " + id + ": already holding itemsMax=" + itemsMax);
        }
        if (slotsUsed == chunks.length * CHUNK_ROWS) {
            int[][] more = Arrays.copyOf(chunks, chunks.length + 1);
            more[chunks.length] = new int[CHUNK_ROWS * stride];
            chunks = more;
        }
        return slotsUsed++;
    }

    private int[] chunk(int slot) {
        return chunks[slot / CHUNK_ROWS];
    }

    private int base(int slot) {
        return slot % CHUNK_ROWS * stride;
    }
}
