package dev.mobula.actors.users;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.store.EventKind;
import dev.mobula.retrieval.store.EventKinds;
import dev.mobula.retrieval.store.UserLimits;

/// Which events the shards know, and how much they keep of a user.
public record UserShardSettings(EventKinds kinds, UserLimits limits) {
    /// The kinds of events on the wire, for the settings of others who read events.
    public static final Codec<EventKinds> KINDS =
            new Codec<>() {
                @Override
                public void write(EventKinds value, MessageWriter out) {
                    out.writeList(
                            value.all(),
                            (writer, kind) ->
                                    writer.writeString(kind.name())
                                            .writeFloat(kind.weight())
                                            .writeBoolean(kind.marksSeen()));
                }

                @Override
                public EventKinds read(MessageReader in) {
                    return new EventKinds(
                            in.readList(
                                    reader ->
                                            new EventKind(
                                                    reader.readString(),
                                                    reader.readFloat(),
                                                    reader.readBoolean())));
                }
            };

    static final Codec<UserShardSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(UserShardSettings value, MessageWriter out) {
                    KINDS.write(value.kinds(), out);
                    UserLimits limits = value.limits();
                    out.writeInt(limits.historyMax())
                            .writeLong(limits.seenWindowMillis())
                            .writeInt(limits.seenPerUserMax())
                            .writeInt(limits.sessionsPerUserMax())
                            .writeInt(limits.sessionItemsMax())
                            .writeLong(limits.sessionMillis())
                            .writeLong(limits.eventAgeMaxMillis())
                            .writeLong(limits.eventAheadMaxMillis())
                            .writeLong(limits.idBytesMax())
                            .writeLong(limits.unreadChangesMax())
                            .writeInt(limits.eventsPerCallMax())
                            .writeInt(limits.labelsPerUserMax())
                            .writeInt(limits.preferenceEntriesMax());
                }

                @Override
                public UserShardSettings read(MessageReader in) {
                    return new UserShardSettings(
                            KINDS.read(in),
                            new UserLimits(
                                    in.readInt(),
                                    in.readLong(),
                                    in.readInt(),
                                    in.readInt(),
                                    in.readInt(),
                                    in.readLong(),
                                    in.readLong(),
                                    in.readLong(),
                                    in.readLong(),
                                    in.readLong(),
                                    in.readInt(),
                                    in.readInt(),
                                    in.readInt()));
                }
            };

    /// The events of a social network and the ordinary limits.
    public static UserShardSettings standard() {
        return new UserShardSettings(EventKinds.standard(), UserLimits.DEFAULT);
    }

    public UserShardSettings withLimits(UserLimits newLimits) {
        return new UserShardSettings(kinds, newLimits);
    }

    public UserShardSettings withKinds(EventKinds newKinds) {
        return new UserShardSettings(newKinds, limits);
    }
}
