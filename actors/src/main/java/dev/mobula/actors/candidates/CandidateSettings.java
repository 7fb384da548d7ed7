package dev.mobula.actors.candidates;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.shards.ShardLayout;
import java.util.List;

/// Which sources are asked and for how much, where items and users are, and how fast what is counted decays.
///
/// @param users where follows are read from
/// @param rebuildMillis how often the models over histories and the follow graph are made anew
public record CandidateSettings(
        ShardLayout items,
        ShardLayout users,
        List<Lane> lanes,
        long trendHalfLifeMillis,
        long freshMillis,
        int freshExposures,
        long rebuildMillis) {
    private static final int IN_FLIGHT = 256;
    private static final int BUDGET_MILLIS = 1_000;

    /// What one source is granted.
    public record Lane(SourceKind source, int quota, int budgetMillis, int inFlightMax) {
        public Lane {
            if (quota < 1 || budgetMillis < 1 || inFlightMax < 1) {
                throw new IllegalArgumentException(
                        source
                                + ": quota="
                                + quota
                                + ", budgetMillis="
                                + budgetMillis
                                + ", inFlightMax="
                                + inFlightMax
                                + " must be positive");
            }
        }
    }

    static final Codec<CandidateSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(CandidateSettings value, MessageWriter out) {
                    ShardLayout.CODEC.write(value.items(), out);
                    ShardLayout.CODEC.write(value.users(), out);
                    out.writeList(
                                    value.lanes(),
                                    (writer, lane) ->
                                            writer.writeString(lane.source().name())
                                                    .writeInt(lane.quota())
                                                    .writeInt(lane.budgetMillis())
                                                    .writeInt(lane.inFlightMax()))
                            .writeLong(value.trendHalfLifeMillis())
                            .writeLong(value.freshMillis())
                            .writeInt(value.freshExposures())
                            .writeLong(value.rebuildMillis());
                }

                @Override
                public CandidateSettings read(MessageReader in) {
                    return new CandidateSettings(
                            ShardLayout.CODEC.read(in),
                            ShardLayout.CODEC.read(in),
                            in.readList(
                                    lane ->
                                            new Lane(
                                                    SourceKind.valueOf(lane.readString()),
                                                    lane.readInt(),
                                                    lane.readInt(),
                                                    lane.readInt())),
                            in.readLong(),
                            in.readLong(),
                            in.readInt(),
                            in.readLong());
                }
            };

    public CandidateSettings {
        lanes = List.copyOf(lanes);
        if (trendHalfLifeMillis < 1 || freshMillis < 1 || freshExposures < 1 || rebuildMillis < 1) {
            throw new IllegalArgumentException(
                    "trendHalfLifeMillis, freshMillis, freshExposures, rebuildMillis="
                            + List.of(
                                    trendHalfLifeMillis, freshMillis, freshExposures, rebuildMillis)
                            + " must be positive");
        }
    }

    /// Every source of items with a share of about 500 candidates; trends halve in six hours, items are fresh for a day.
    public static CandidateSettings of(ShardLayout items, ShardLayout users) {
        List<Lane> lanes =
                List.of(
                        lane(SourceKind.ANN, 200),
                        lane(SourceKind.ANN_ITEMS, 150),
                        lane(SourceKind.FOLLOWED, 100),
                        lane(SourceKind.COVISITATION, 100),
                        lane(SourceKind.GRAPH, 100),
                        lane(SourceKind.TRENDING, 50),
                        lane(SourceKind.FRESH, 30),
                        lane(SourceKind.TEXT, 100),
                        lane(SourceKind.HYBRID, 100),
                        lane(SourceKind.PEOPLE, 50));
        return new CandidateSettings(
                items, users, lanes, 6 * 3_600_000L, 24 * 3_600_000L, 200, 30_000);
    }

    private static Lane lane(SourceKind source, int quota) {
        return new Lane(source, quota, BUDGET_MILLIS, IN_FLIGHT);
    }

    public CandidateSettings withLanes(Lane... newLanes) {
        return new CandidateSettings(
                items,
                users,
                List.of(newLanes),
                trendHalfLifeMillis,
                freshMillis,
                freshExposures,
                rebuildMillis);
    }

    public CandidateSettings withRebuildMillis(long millis) {
        return new CandidateSettings(
                items, users, lanes, trendHalfLifeMillis, freshMillis, freshExposures, millis);
    }
}
