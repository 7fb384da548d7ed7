package dev.mobula.actors.events;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How far the event log is.
///
/// @param folder of the log: training's event log, of which this is the feedback
/// @param rows that are in its segments
/// @param bytes of its segments
/// @param signalsDropped what the candidate service was not told because it was away or late
/// @param shards by name
public record EventLogStatus(
        String folder, long rows, long bytes, long signalsDropped, Map<String, Reached> shards) {
    /// How far one shard is followed.
    ///
    /// @param position every event up to here is in the segments
    /// @param newest the shard's newest position when it was last asked
    /// @param erased whoever was forgotten up to here is gone from the segments
    /// @param failure why it does not go on, empty when it does
    public record Reached(long position, long newest, long erased, String failure) {}

    static final Codec<EventLogStatus> CODEC =
            new Codec<>() {
                @Override
                public void write(EventLogStatus value, MessageWriter out) {
                    out.writeString(value.folder())
                            .writeLong(value.rows())
                            .writeLong(value.bytes())
                            .writeLong(value.signalsDropped())
                            .writeList(
                                    List.copyOf(value.shards().entrySet()),
                                    (writer, shard) ->
                                            writer.writeString(shard.getKey())
                                                    .writeLong(shard.getValue().position())
                                                    .writeLong(shard.getValue().newest())
                                                    .writeLong(shard.getValue().erased())
                                                    .writeString(shard.getValue().failure()));
                }

                @Override
                public EventLogStatus read(MessageReader in) {
                    String folder = in.readString();
                    long rows = in.readLong();
                    long bytes = in.readLong();
                    long dropped = in.readLong();
                    Map<String, Reached> shards = new TreeMap<>();
                    in.readList(
                            reader ->
                                    shards.put(
                                                    reader.readString(),
                                                    new Reached(
                                                            reader.readLong(),
                                                            reader.readLong(),
                                                            reader.readLong(),
                                                            reader.readString()))
                                            == null);
                    return new EventLogStatus(folder, rows, bytes, dropped, shards);
                }
            };

    public EventLogStatus {
        shards = Map.copyOf(shards);
    }

    /// Whether everything the shards had when they were last asked is in the segments.
    public boolean caughtUp() {
        return shards.values().stream().allMatch(shard -> shard.position() >= shard.newest());
    }
}
