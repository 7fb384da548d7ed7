package dev.mobula.actors.trainer;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Address;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.StepReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a trainer is asked and what it answers.
final class TrainerProtocol {
    /// Names the machine it runs on: workers that say the same share memory.
    static final int MACHINE = 1;

    /// Starts the run on a thread of its own: an [Order], answered at once.
    static final int START = 2;

    /// How it fares, and what happened since the last time: a [Progress].
    static final int PROGRESS = 3;

    /// Ends the run after the step it is in.
    static final int STOP = 4;

    private TrainerProtocol() {}

    /// One worker's place in a run.
    ///
    /// @param next where the worker of the next rank listens
    /// @param key that connections between workers prove to know
    /// @param memory file that workers of one machine meet in; empty for connections
    /// @param shards names of the table shards' services, in order
    /// @param store folder of the checkpoints; only the first worker writes to it
    /// @param from checkpoint to go on from; empty for a fresh start
    record Order(
            Blueprint blueprint,
            int rank,
            int size,
            Address next,
            byte[] key,
            Optional<String> memory,
            List<String> shards,
            String store,
            Optional<String> from,
            Duration patience) {
        static final Codec<Order> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Order value, MessageWriter out) {
                        value.blueprint().write(out);
                        out.writeInt(value.rank()).writeInt(value.size());
                        value.next().write(out);
                        out.writeBytes(value.key());
                        out.writeString(value.memory().orElse(""));
                        out.writeStrings(value.shards());
                        out.writeString(value.store());
                        out.writeString(value.from().orElse(""));
                        out.writeLong(value.patience().toMillis());
                    }

                    @Override
                    public Order read(MessageReader in) {
                        return new Order(
                                Blueprint.read(in),
                                in.readInt(),
                                in.readInt(),
                                Address.read(in),
                                in.readBytes(),
                                Optional.of(in.readString()).filter(text -> !text.isEmpty()),
                                in.readStrings(),
                                in.readString(),
                                Optional.of(in.readString()).filter(text -> !text.isEmpty()),
                                Duration.ofMillis(in.readLong()));
                    }
                };
    }

    /// Something a run's listener is told.
    sealed interface Event {
        record Step(StepReport report) implements Event {}

        record Evaluated(int step, Map<String, Double> metrics) implements Event {}

        record Saved(String folder) implements Event {}

        record NotSaved(int step, String message) implements Event {}
    }

    /// Where a trainer is.
    enum Phase {
        READY,
        RUNNING,
        DONE,
        /// It failed at something that may work when tried again with others.
        LOST,
        FAILED
    }

    /// How a trainer fares.
    ///
    /// @param message why it failed, empty unless it did
    /// @param outcome once it is done
    record Progress(Phase phase, String message, Optional<Outcome> outcome, List<Event> events) {
        static final Codec<Progress> CODEC = new ProgressCodec();
    }
}
