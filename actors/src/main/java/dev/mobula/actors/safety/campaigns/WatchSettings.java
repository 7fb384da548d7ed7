package dev.mobula.actors.safety.campaigns;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.campaign.CampaignSettings;
import java.util.List;

/// What the watch is told: whose streams it reads, which attributes are texts, what it does about a campaign.
///
/// @param review the service that keeps decisions
/// @param acts whether posts of a campaign are labelled at once; else people are asked
/// @param actionsPerDayMax after so many labels in a day it only asks
/// @param shareMax of all posts of a day, how many it may label; at least 50 it may
/// @param actsMax edges of the account graph that are remembered
public record WatchSettings(
        ShardLayout items,
        ShardLayout users,
        String review,
        List<String> texts,
        boolean acts,
        int actionsPerDayMax,
        double shareMax,
        int actsMax,
        CampaignSettings campaigns) {
    static final Codec<WatchSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(WatchSettings value, MessageWriter out) {
                    ShardLayout.CODEC.write(value.items(), out);
                    ShardLayout.CODEC.write(value.users(), out);
                    CampaignSettings campaigns = value.campaigns();
                    out.writeString(value.review())
                            .writeStrings(value.texts())
                            .writeBoolean(value.acts())
                            .writeInt(value.actionsPerDayMax())
                            .writeDouble(value.shareMax())
                            .writeInt(value.actsMax())
                            .writeDouble(campaigns.jaccardMin())
                            .writeLong(campaigns.windowMillis())
                            .writeInt(campaigns.postsMax())
                            .writeInt(campaigns.accountsMin())
                            .writeInt(campaigns.postsMin())
                            .writeDouble(campaigns.scoreMin());
                }

                @Override
                public WatchSettings read(MessageReader in) {
                    return new WatchSettings(
                            ShardLayout.CODEC.read(in),
                            ShardLayout.CODEC.read(in),
                            in.readString(),
                            in.readList(MessageReader::readString),
                            in.readBoolean(),
                            in.readInt(),
                            in.readDouble(),
                            in.readInt(),
                            new CampaignSettings(
                                    in.readDouble(),
                                    in.readLong(),
                                    in.readInt(),
                                    in.readInt(),
                                    in.readInt(),
                                    in.readDouble()));
                }
            };

    public WatchSettings {
        texts = List.copyOf(texts);
        if (actionsPerDayMax < 0 || !(shareMax >= 0 && shareMax <= 1) || actsMax < 1) {
            throw new IllegalArgumentException(
                    "actionsPerDayMax=%d, shareMax=%s, actsMax=%d: must not be below 0, be 0..1 and be at least 1"
                            .formatted(actionsPerDayMax, shareMax, actsMax));
        }
    }

    /// Asks people; labels at most 10,000 posts and a fifth of a day's when it is told to act.
    public static WatchSettings of(
            ShardLayout items, ShardLayout users, String review, List<String> texts) {
        return new WatchSettings(
                items, users, review, texts, false, 10_000, .2, 200_000, CampaignSettings.DEFAULT);
    }

    public WatchSettings acting() {
        return new WatchSettings(
                items, users, review, texts, true, actionsPerDayMax, shareMax, actsMax, campaigns);
    }

    public WatchSettings withShareMax(double share) {
        return new WatchSettings(
                items, users, review, texts, acts, actionsPerDayMax, share, actsMax, campaigns);
    }
}
