package dev.mobula.actors.events;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShardSettings;
import dev.mobula.retrieval.store.EventKinds;
import dev.mobula.training.log.LogOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Whose events are followed, where to, and for how long they are kept.
///
/// @param candidates who is told what people took to, if anyone
/// @param kinds of events, by which they weigh
/// @param log size of segments, disk quota and age
/// @param erasureMillis a forgotten user's rows are gone from all segments this long after the request
/// @param folder of the log; in the service's state directory when empty
public record EventLogSettings(
        ShardLayout users,
        Optional<ServiceRef> candidates,
        EventKinds kinds,
        LogOptions log,
        long erasureMillis,
        Optional<Path> folder) {
    private static final long ERASURE_MILLIS_MAX = TimeUnit.DAYS.toMillis(30);

    static final Codec<EventLogSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(EventLogSettings value, MessageWriter out) {
                    ShardLayout.CODEC.write(value.users(), out);
                    out.writeOptional(
                            value.candidates(),
                            (writer, service) ->
                                    writer.writeString(service.name())
                                            .writeInt(service.replicas()));
                    UserShardSettings.KINDS.write(value.kinds(), out);
                    out.writeLong(value.log().segmentBytesMax())
                            .writeInt(value.log().batchRows())
                            .writeLong(value.log().bytesMax())
                            .writeLong(value.log().age().toMillis())
                            .writeLong(value.erasureMillis())
                            .writeOptional(
                                    value.folder().map(Path::toString), MessageWriter::writeString);
                }

                @Override
                public EventLogSettings read(MessageReader in) {
                    return new EventLogSettings(
                            ShardLayout.CODEC.read(in),
                            in.readOptional(
                                    reader ->
                                            new ServiceRef(reader.readString(), reader.readInt())),
                            UserShardSettings.KINDS.read(in),
                            new LogOptions(
                                    in.readLong(),
                                    in.readInt(),
                                    in.readLong(),
                                    Duration.ofMillis(in.readLong())),
                            in.readLong(),
                            in.readOptional(MessageReader::readString).map(Path::of));
                }
            };

    public EventLogSettings {
        if (erasureMillis < 1 || erasureMillis > ERASURE_MILLIS_MAX) {
            throw new IllegalArgumentException(
                    "erasureMillis=" + erasureMillis + " is outside 1.." + ERASURE_MILLIS_MAX);
        }
    }

    /// The standard kinds of events, 64 GB and a year of them, forgotten users gone within an hour.
    public static EventLogSettings of(ShardLayout users) {
        return new EventLogSettings(
                users,
                Optional.empty(),
                EventKinds.standard(),
                LogOptions.DEFAULT,
                TimeUnit.HOURS.toMillis(1),
                Optional.empty());
    }

    public EventLogSettings withCandidates(ServiceRef service) {
        return new EventLogSettings(users, Optional.of(service), kinds, log, erasureMillis, folder);
    }

    public EventLogSettings withKinds(EventKinds newKinds) {
        return new EventLogSettings(users, candidates, newKinds, log, erasureMillis, folder);
    }

    public EventLogSettings withLog(LogOptions options) {
        return new EventLogSettings(users, candidates, kinds, options, erasureMillis, folder);
    }

    public EventLogSettings withErasureMillis(long millis) {
        return new EventLogSettings(users, candidates, kinds, log, millis, folder);
    }

    public EventLogSettings withFolder(Path path) {
        return new EventLogSettings(
                users, candidates, kinds, log, erasureMillis, Optional.of(path));
    }
}
