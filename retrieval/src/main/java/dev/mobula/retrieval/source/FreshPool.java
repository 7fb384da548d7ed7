package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;
import java.util.SplittableRandom;

/// New items that were not yet shown often enough to be judged, each with the exposures it still has.
///
/// Bounded: when it is full the oldest half goes. All methods may be called from any thread.
public final class FreshPool {
    private final int itemsMax;
    private final long ageMillisMax;
    private final int exposuresMax;
    private LongTable items;
    private long[] createdMillis;
    private int[] exposures;

    /// Items are fresh until they are this old or were shown this often.
    public FreshPool(int itemsMax, long ageMillisMax, int exposuresMax) {
        if (itemsMax < 2 || ageMillisMax < 1 || exposuresMax < 1) {
            throw invalid(
                    "itemsMax, ageMillisMax, exposuresMax",
                    itemsMax + ", " + ageMillisMax + ", " + exposuresMax,
                    "must be at least 2, 1 and 1");
        }
        this.itemsMax = itemsMax;
        this.ageMillisMax = ageMillisMax;
        this.exposuresMax = exposuresMax;
        this.items = new LongTable(itemsMax);
        this.createdMillis = new long[itemsMax];
        this.exposures = new int[itemsMax];
    }

    /// An item was made. One that is known keeps its exposures.
    public synchronized void put(long item, long created) {
        if (items.find(item) < 0 && items.size() == itemsMax) {
            keepTheNewer();
        }
        createdMillis[items.add(item)] = created;
    }

    /// The item was shown to someone.
    public synchronized void exposed(long item) {
        int number = items.find(item);
        if (number >= 0 && exposures[number] < exposuresMax) {
            exposures[number]++;
        }
    }

    /// The item is gone.
    public synchronized void remove(long item) {
        int number = items.find(item);
        if (number >= 0) {
            exposures[number] = exposuresMax;
        }
    }

    private void keepTheNewer() {
        long[] sorted = createdMillis.clone();
        Arrays.sort(sorted);
        long median = sorted[sorted.length / 2];
        LongTable kept = new LongTable(itemsMax);
        long[] keptCreated = new long[itemsMax];
        int[] keptExposures = new int[itemsMax];
        for (int i = 0; i < items.size() && kept.size() < itemsMax / 2; i++) {
            if (createdMillis[i] >= median) {
                int number = kept.add(items.id(i));
                keptCreated[number] = createdMillis[i];
                keptExposures[number] = exposures[i];
            }
        }
        items = kept;
        createdMillis = keptCreated;
        exposures = keptExposures;
    }

    /// Draws fresh items, each with the same chance and none twice; a candidate's score is that chance.
    synchronized void draw(SplittableRandom random, long nowMillis, Candidates found) {
        int[] fresh = new int[items.size()];
        int size = 0;
        for (int i = 0; i < fresh.length; i++) {
            if (exposures[i] < exposuresMax && nowMillis - createdMillis[i] <= ageMillisMax) {
                fresh[size++] = i;
            }
        }
        int wanted = Math.min(found.room(), size);
        float chance = (float) wanted / Math.max(1, size);
        for (int drawn = 0; drawn < wanted; drawn++) {
            int at = random.nextInt(drawn, size);
            int number = fresh[at];
            fresh[at] = fresh[drawn];
            fresh[drawn] = number;
            found.add(items.id(number), chance, Reason.FRESH, 0);
        }
    }
}
