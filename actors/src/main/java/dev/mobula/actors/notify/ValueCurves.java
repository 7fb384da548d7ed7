package dev.mobula.actors.notify;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.training.volume.DisableHazard;
import dev.mobula.training.volume.ResponseCurves;
import dev.mobula.training.volume.VolumePlanner;

/// What messages add and cost a person of whom a few numbers are known, as curves that travel with the prices.
///
/// @param features how many numbers are known of a person
/// @param channels how many channels the curves tell apart, in the order of their codes
/// @param response the parameters of [ResponseCurves]
/// @param disable the parameters of [DisableHazard]
/// @param visit what coming once is worth
/// @param message what a message costs beside its risks
/// @param kept the part of a period's worth that the next one still has
/// @param periods how far ahead is looked
@SuppressWarnings("ArrayRecordComponent") // owned, not to be changed
public record ValueCurves(
        int features,
        int channels,
        double[] response,
        double[] disable,
        double visit,
        double message,
        double kept,
        int periods) {
    private static final int SENDS_MAX = 28;

    public ValueCurves {
        var _ = planner(features, channels, response, disable, visit, message, kept, periods);
    }

    private static VolumePlanner planner(
            int features,
            int channels,
            double[] response,
            double[] disable,
            double visit,
            double message,
            double kept,
            int periods) {
        return new VolumePlanner(
                ResponseCurves.of(features, channels, response),
                DisableHazard.of(features, disable),
                visit,
                message,
                kept,
                periods,
                SENDS_MAX);
    }

    /// The curves, ready to be asked.
    public VolumePlanner planner() {
        return planner(features, channels, response, disable, visit, message, kept, periods);
    }

    void write(MessageWriter out) {
        out.writeInt(features)
                .writeInt(channels)
                .writeDoubles(response)
                .writeDoubles(disable)
                .writeDouble(visit)
                .writeDouble(message)
                .writeDouble(kept)
                .writeInt(periods);
    }

    static ValueCurves read(MessageReader in) {
        return new ValueCurves(
                in.readInt(),
                in.readInt(),
                in.readDoubles(),
                in.readDoubles(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readInt());
    }
}
