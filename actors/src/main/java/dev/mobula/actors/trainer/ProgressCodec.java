package dev.mobula.actors.trainer;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.trainer.TrainerProtocol.Event;
import dev.mobula.actors.trainer.TrainerProtocol.Phase;
import dev.mobula.actors.trainer.TrainerProtocol.Progress;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.StepReport;

/// The wire form of a trainer's progress.
final class ProgressCodec implements Codec<Progress> {
    private static final byte STEP = 1;
    private static final byte EVALUATED = 2;
    private static final byte SAVED = 3;
    private static final byte NOT_SAVED = 4;

    @Override
    public void write(Progress value, MessageWriter out) {
        out.writeString(value.phase().name()).writeString(value.message());
        out.writeOptional(value.outcome(), ProgressCodec::writeOutcome);
        out.writeList(value.events(), ProgressCodec::writeEvent);
    }

    private static void writeOutcome(MessageWriter out, Outcome outcome) {
        out.writeInt(outcome.steps())
                .writeString(outcome.reason().name())
                .writeDouble(outcome.lastLoss());
    }

    private static void writeEvent(MessageWriter out, Event event) {
        switch (event) {
            case Event.Step(StepReport it) -> {
                out.writeByte(STEP).writeInt(it.step()).writeDouble(it.loss());
                out.writeDouble(it.gradientNorm()).writeDouble(it.rateFactor());
                out.writeInt(it.rows()).writeLong(it.waitNanos()).writeLong(it.nanos());
            }
            case Event.Evaluated it ->
                    out.writeByte(EVALUATED).writeInt(it.step()).writeNumbersByName(it.metrics());
            case Event.Saved it -> out.writeByte(SAVED).writeString(it.folder());
            case Event.NotSaved it ->
                    out.writeByte(NOT_SAVED).writeInt(it.step()).writeString(it.message());
        }
    }

    @Override
    public Progress read(MessageReader in) {
        return new Progress(
                Phase.valueOf(in.readString()),
                in.readString(),
                in.readOptional(ProgressCodec::readOutcome),
                in.readList(ProgressCodec::readEvent));
    }

    private static Outcome readOutcome(MessageReader in) {
        return new Outcome(in.readInt(), Outcome.Reason.valueOf(in.readString()), in.readDouble());
    }

    private static Event readEvent(MessageReader in) {
        byte kind = in.readByte();
        return switch (kind) {
            case STEP ->
                    new Event.Step(
                            new StepReport(
                                    in.readInt(),
                                    in.readDouble(),
                                    in.readDouble(),
                                    in.readDouble(),
                                    in.readInt(),
                                    in.readLong(),
                                    in.readLong()));
            case EVALUATED -> new Event.Evaluated(in.readInt(), in.readNumbersByName());
            case SAVED -> new Event.Saved(in.readString());
            case NOT_SAVED -> new Event.NotSaved(in.readInt(), in.readString());
            default -> throw new MalformedMessageException("an event of kind " + kind);
        };
    }
}
