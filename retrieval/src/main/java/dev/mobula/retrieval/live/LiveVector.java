package dev.mobula.retrieval.live;

import com.github.jelmerk.hnswlib.core.Item;

/// One slot's vector as the graph library sees it: a place in an array that all slots share.
@SuppressWarnings("ArrayRecordComponent")
record LiveVector(float[] floats, int from, int slot, int dimensions)
        implements Item<Integer, LiveVector> {
    private static final long serialVersionUID = 1L;

    @Override
    public Integer id() {
        return slot;
    }

    @Override
    public LiveVector vector() {
        return this;
    }
}
