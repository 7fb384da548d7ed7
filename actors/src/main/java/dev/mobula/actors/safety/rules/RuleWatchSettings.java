package dev.mobula.actors.safety.rules;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.shards.ShardLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the service of the live rules is told.
///
/// @param counters the key counters' shards
/// @param review the service that keeps decisions
/// @param campaigns the service that watches for campaigns
/// @param texts which attributes of items are texts
/// @param shelf the folder of the rules' versions
/// @param lists the folder of sets and bulk lists
/// @param bundles the store of the models that `score` asks
public record RuleWatchSettings(
        ShardLayout items,
        ShardLayout users,
        ShardLayout counters,
        String review,
        String campaigns,
        List<String> texts,
        Path shelf,
        Optional<Path> lists,
        Optional<Path> bundles) {
    static final Codec<RuleWatchSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(RuleWatchSettings value, MessageWriter out) {
                    ShardLayout.CODEC.write(value.items(), out);
                    ShardLayout.CODEC.write(value.users(), out);
                    ShardLayout.CODEC.write(value.counters(), out);
                    out.writeString(value.review())
                            .writeString(value.campaigns())
                            .writeStrings(value.texts())
                            .writeString(value.shelf().toString())
                            .writeString(value.lists().map(Path::toString).orElse(""))
                            .writeString(value.bundles().map(Path::toString).orElse(""));
                }

                @Override
                public RuleWatchSettings read(MessageReader in) {
                    return new RuleWatchSettings(
                            ShardLayout.CODEC.read(in),
                            ShardLayout.CODEC.read(in),
                            ShardLayout.CODEC.read(in),
                            in.readString(),
                            in.readString(),
                            in.readList(MessageReader::readString),
                            Path.of(in.readString()),
                            path(in.readString()),
                            path(in.readString()));
                }

                private Optional<Path> path(String told) {
                    return told.isEmpty() ? Optional.empty() : Optional.of(Path.of(told));
                }
            };

    public RuleWatchSettings {
        texts = List.copyOf(texts);
    }
}
