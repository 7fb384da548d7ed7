package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.Filter;
import java.util.List;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/// Filters on the wire, as deep as a person would write them and no deeper.
public final class FilterCodec implements Codec<Filter> {
    /// The one of its kind.
    public static final FilterCodec INSTANCE = new FilterCodec();

    private static final int EVERYTHING = 0;
    private static final int ID_IN = 1;
    private static final int ONE_OF = 2;
    private static final int BETWEEN = 3;
    private static final int ANY_FLAG = 4;
    private static final int ALL = 5;
    private static final int ANY = 6;
    private static final int NOT = 7;
    private static final int DEPTH_MAX = 32;

    private FilterCodec() {}

    @Override
    public void write(Filter filter, MessageWriter out) {
        switch (filter) {
            case Filter.Everything _ -> out.writeByte(EVERYTHING);
            case Filter.IdIn(Roaring64Bitmap ids) -> out.writeByte(ID_IN).writeLongs(ids.toArray());
            case Filter.OneOf(String column, Roaring64Bitmap values) ->
                    out.writeByte(ONE_OF).writeString(column).writeLongs(values.toArray());
            case Filter.Between(String column, long min, long max) ->
                    out.writeByte(BETWEEN).writeString(column).writeLong(min).writeLong(max);
            case Filter.AnyFlag(String column, long flags) ->
                    out.writeByte(ANY_FLAG).writeString(column).writeLong(flags);
            case Filter.All(List<Filter> parts) -> writeParts(ALL, parts, out);
            case Filter.Any(List<Filter> parts) -> writeParts(ANY, parts, out);
            case Filter.Not(Filter part) -> write(part, out.writeByte(NOT));
        }
    }

    private void writeParts(int kind, List<Filter> parts, MessageWriter out) {
        out.writeByte(kind).writeList(parts, (writer, part) -> write(part, writer));
    }

    @Override
    public Filter read(MessageReader in) {
        try {
            return read(in, DEPTH_MAX);
        } catch (RetrievalException refused) {
            throw new MalformedMessageException(String.valueOf(refused.getMessage()));
        }
    }

    private static Filter read(MessageReader in, int depthLeft) {
        if (depthLeft == 0) {
            throw new MalformedMessageException("a filter is deeper than " + DEPTH_MAX);
        }
        int kind = in.readByte();
        return switch (kind) {
            case EVERYTHING -> Filter.EVERYTHING;
            case ID_IN -> new Filter.IdIn(Roaring64Bitmap.bitmapOf(in.readLongs()));
            case ONE_OF ->
                    new Filter.OneOf(in.readString(), Roaring64Bitmap.bitmapOf(in.readLongs()));
            case BETWEEN -> new Filter.Between(in.readString(), in.readLong(), in.readLong());
            case ANY_FLAG -> new Filter.AnyFlag(in.readString(), in.readLong());
            case ALL -> new Filter.All(in.readList(part -> read(part, depthLeft - 1)));
            case ANY -> new Filter.Any(in.readList(part -> read(part, depthLeft - 1)));
            case NOT -> new Filter.Not(read(in, depthLeft - 1));
            default -> throw new MalformedMessageException("no filter is of kind " + kind);
        };
    }
}
