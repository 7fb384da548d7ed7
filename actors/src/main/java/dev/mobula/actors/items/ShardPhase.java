package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.shards.ShardLayout;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where a shard stands in its life, and who comes after it once its items move.
record ShardPhase(Stage stage, Optional<ShardLayout> successor) {
    static final Codec<ShardPhase> CODEC =
            new Codec<>() {
                @Override
                public void write(ShardPhase value, MessageWriter out) {
                    out.writeString(value.stage().name())
                            .writeOptional(
                                    value.successor(),
                                    (writer, layout) -> ShardLayout.CODEC.write(layout, writer));
                }

                @Override
                public ShardPhase read(MessageReader in) {
                    return new ShardPhase(
                            Stage.valueOf(in.readString()),
                            in.readOptional(ShardLayout.CODEC::read));
                }
            };

    /// What a shard does for whom.
    enum Stage {
        /// Takes items from the shards before it, and serves nobody.
        FILLING(false, false),
        /// Has all items and answers reads; writes go on once the shards before it are out of use.
        READABLE(true, false),
        /// Answers everything.
        SERVING(true, true),
        /// Answers reads; its items are about to move.
        FROZEN(true, false),
        /// Only says where its items went; its changes can still be read to their end.
        RETIRED(false, false),
        /// As retired, and its data is deleted.
        DISCARDED(false, false);

        private static final Map<Stage, Set<Stage>> BEFORE =
                Map.of(
                        FILLING, Set.of(FILLING, READABLE),
                        READABLE, Set.of(FILLING, READABLE),
                        SERVING, Set.of(READABLE, SERVING, FROZEN),
                        FROZEN, Set.of(SERVING, FROZEN),
                        RETIRED, Set.of(FROZEN, RETIRED),
                        DISCARDED, Set.of(RETIRED, DISCARDED));

        private final boolean reads;
        private final boolean writes;

        Stage(boolean reads, boolean writes) {
            this.reads = reads;
            this.writes = writes;
        }

        /// Whether a shard may come here from there: what serves is never filled, what retired never comes back.
        private boolean mayFollow(Stage before) {
            return BEFORE.getOrDefault(this, Set.of()).contains(before);
        }
    }

    static final ShardPhase SERVING = new ShardPhase(Stage.SERVING, Optional.empty());
    static final ShardPhase FILLING = new ShardPhase(Stage.FILLING, Optional.empty());

    boolean isRetired() {
        return stage == Stage.RETIRED || stage == Stage.DISCARDED;
    }

    boolean isDiscarded() {
        return stage == Stage.DISCARDED;
    }

    void requireReads() {
        if (!stage.reads) {
            throw refusal("read");
        }
    }

    void requireWrites() {
        if (!stage.writes) {
            throw refusal("written");
        }
    }

    void requireMayBecome(ShardPhase next) {
        if (!next.stage.mayFollow(stage)) {
            throw new CallException(
                    Failure.REFUSED, "the shard is " + stage + " and cannot become " + next.stage);
        }
    }

    void requireStage(Stage wanted) {
        if (stage != wanted) {
            throw new CallException(
                    Failure.REFUSED, "the shard is " + stage + ", this needs " + wanted);
        }
    }

    /// A retired shard never comes back; any other is worth another try.
    private CallException refusal(String done) {
        String where = successor.map(layout -> ", items move to " + layout.name()).orElse("");
        return new CallException(
                isRetired() ? Failure.REFUSED : Failure.UNAVAILABLE,
                "the shard is " + stage + " and is not " + done + where);
    }

    /// One line, for a file.
    String toText() {
        return stage
                + successor.map(layout -> " " + layout.count() + " " + layout.name()).orElse("");
    }

    static ShardPhase parse(String text) {
        String[] words = text.split(" ", 3);
        return new ShardPhase(
                Stage.valueOf(words[0]),
                words.length < 3
                        ? Optional.empty()
                        : Optional.of(new ShardLayout(words[2], Integer.parseInt(words[1]))));
    }
}
