package dev.mobula.actors.ranker;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.spaces.SpaceNote;
import dev.mobula.ranking.serving.Lineup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The line-up in force, and the spaces that the bundles of its versions search.
///
/// @param spaces by version; a version without one searches the vectors that items are stored with
public record ServedLineup(Lineup lineup, Map<String, SpaceNote> spaces) {
    static final Codec<ServedLineup> CODEC =
            new Codec<>() {
                @Override
                public void write(ServedLineup value, MessageWriter out) {
                    out.writeString(value.lineup().toJson())
                            .writeList(
                                    List.copyOf(value.spaces().entrySet()),
                                    (writer, one) ->
                                            writer.writeString(one.getKey())
                                                    .writeString(one.getValue().name())
                                                    .writeString(one.getValue().encoder()));
                }

                @Override
                public ServedLineup read(MessageReader in) {
                    Lineup lineup = Lineup.parse(in.readString());
                    Map<String, SpaceNote> spaces = new LinkedHashMap<>();
                    in.readList(
                                    one ->
                                            Map.entry(
                                                    one.readString(),
                                                    new SpaceNote(
                                                            one.readString(), one.readString())))
                            .forEach(one -> spaces.put(one.getKey(), one.getValue()));
                    return new ServedLineup(lineup, spaces);
                }
            };

    public ServedLineup {
        spaces = Map.copyOf(spaces);
    }
}
