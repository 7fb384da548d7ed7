package dev.mobula.actors.candidates;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.items.FilterCodec;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.source.Candidate;
import dev.mobula.retrieval.source.Reason;
import dev.mobula.retrieval.source.SourceReport;
import dev.mobula.retrieval.source.SourceStatus;
import java.util.List;

/// The operations of the candidate service and their messages.
final class CandidateProtocol {
    static final int FIND = 1;
    static final int FIND_PEOPLE = 2;
    static final int SIGNALS = 3;
    static final int REBUILD = 4;

    static final byte[] NOTHING = {};

    private static final List<Reason> REASONS = List.of(Reason.values());
    private static final List<SourceStatus> STATUSES = List.of(SourceStatus.values());

    private CandidateProtocol() {}

    /// Signals for everybody, or of the past for one.
    ///
    /// @param instance whom they are for; 0 for everybody
    /// @param isAllPast whether the past is told with these
    record Telling(long instance, boolean isAllPast, List<Signal> signals) {}

    static final Codec<Telling> TELLING =
            new Codec<>() {
                @Override
                public void write(Telling value, MessageWriter out) {
                    out.writeLong(value.instance()).writeBoolean(value.isAllPast());
                    Signal.LIST.write(value.signals(), out);
                }

                @Override
                public Telling read(MessageReader in) {
                    return new Telling(in.readLong(), in.readBoolean(), Signal.LIST.read(in));
                }
            };

    static final Codec<CandidateFinder.Listening> LISTENING =
            new Codec<>() {
                @Override
                public void write(CandidateFinder.Listening value, MessageWriter out) {
                    out.writeLong(value.instance()).writeBoolean(value.knowsPast());
                }

                @Override
                public CandidateFinder.Listening read(MessageReader in) {
                    return new CandidateFinder.Listening(in.readLong(), in.readBoolean());
                }
            };

    private static final Codec<CandidateQuery> QUERY =
            new Codec<>() {
                @Override
                public void write(CandidateQuery value, MessageWriter out) {
                    out.writeLong(value.person())
                            .writeFloats(value.embedding())
                            .writeString(value.space())
                            .writeLongs(value.recentItems())
                            .writeLongs(value.followed())
                            .writeString(value.text())
                            .writeLong(value.nowMillis())
                            .writeLong(value.seed())
                            .writeLongs(value.excluded());
                    FilterCodec.INSTANCE.write(value.filter(), out);
                    out.writeDouble(value.share());
                }

                @Override
                public CandidateQuery read(MessageReader in) {
                    long person = in.readLong();
                    float[] embedding = in.readFloats();
                    String space = in.readString();
                    long[] recent = in.readLongs();
                    long[] followed = in.readLongs();
                    String text = in.readString();
                    long now = in.readLong();
                    long seed = in.readLong();
                    long[] excluded = in.readLongs();
                    Filter filter = FilterCodec.INSTANCE.read(in);
                    return new CandidateQuery(
                            person,
                            embedding,
                            space,
                            recent,
                            followed,
                            text,
                            now,
                            seed,
                            excluded,
                            filter,
                            in.readDouble());
                }
            };

    /// A query and the time it may take.
    record Find(CandidateQuery query, long limitNanos) {}

    static final Codec<Find> FINDING =
            new Codec<>() {
                @Override
                public void write(Find value, MessageWriter out) {
                    QUERY.write(value.query(), out);
                    out.writeLong(value.limitNanos());
                }

                @Override
                public Find read(MessageReader in) {
                    return new Find(QUERY.read(in), in.readLong());
                }
            };

    static final Codec<FoundCandidates> FOUND =
            new Codec<>() {
                @Override
                public void write(FoundCandidates value, MessageWriter out) {
                    out.writeList(value.candidates(), this::writeCandidate)
                            .writeLongs(value.finders())
                            .writeList(value.reports(), this::writeReport);
                }

                private void writeCandidate(MessageWriter out, Candidate candidate) {
                    out.writeLong(candidate.id())
                            .writeFloat(candidate.score())
                            .writeString(candidate.source())
                            .writeByte(REASONS.indexOf(candidate.reason()))
                            .writeLong(candidate.subject());
                }

                private void writeReport(MessageWriter out, SourceReport report) {
                    out.writeString(report.source())
                            .writeByte(STATUSES.indexOf(report.status()))
                            .writeString(report.reason())
                            .writeInt(report.found())
                            .writeInt(report.kept())
                            .writeInt(report.duplicates())
                            .writeInt(report.excluded())
                            .writeLong(report.micros());
                }

                @Override
                public FoundCandidates read(MessageReader in) {
                    return new FoundCandidates(
                            in.readList(this::readCandidate),
                            in.readLongs(),
                            in.readList(this::readReport));
                }

                private Candidate readCandidate(MessageReader in) {
                    return new Candidate(
                            in.readLong(),
                            in.readFloat(),
                            in.readString(),
                            one(REASONS, in.readByte()),
                            in.readLong());
                }

                private SourceReport readReport(MessageReader in) {
                    return new SourceReport(
                            in.readString(),
                            one(STATUSES, in.readByte()),
                            in.readString(),
                            in.readInt(),
                            in.readInt(),
                            in.readInt(),
                            in.readInt(),
                            in.readLong());
                }

                private <T> T one(List<T> all, int index) {
                    if (index < 0 || index >= all.size()) {
                        throw new IllegalArgumentException(index + " is none of " + all);
                    }
                    return all.get(index);
                }
            };
}
