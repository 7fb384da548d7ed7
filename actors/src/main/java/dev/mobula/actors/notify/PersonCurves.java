package dev.mobula.actors.notify;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.volume.VolumePlanner;

/// The curves in force, asked about one person at a time.
///
/// @param channels how many channels the curves tell apart
record PersonCurves(VolumePlanner planner, int channels, double visit) {
    static PersonCurves of(ValueCurves curves) {
        return new PersonCurves(curves.planner(), curves.channels(), curves.visit());
    }

    /// What the next message adds to one person and risks, after those of late.
    ///
    /// @param gain by channel; channels that the curves do not know add nothing
    /// @param disable the chance that it is the one that makes them turn messages off
    /// @param lifetime what is lost then
    @SuppressWarnings("ArrayRecordComponent") // owned, not to be changed
    record Person(double[] gain, double disable, double lifetime) {
        double gain(int channel) {
            return channel < gain.length ? gain[channel] : 0;
        }
    }

    /// @param late messages of late, the older ones counting less
    Person person(Ask ask, double late) {
        double[] x = ask.features().stream().mapToDouble(Double::doubleValue).toArray();
        if (x.length != planner.curves().width()) {
            throw RetrievalException.invalid(
                    "features", x.length, "must be " + planner.curves().width());
        }
        int[] sends = new int[channels];
        sends[0] = (int) Math.round(late);
        double[] gain = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            gain[channel] = visit * planner.curves().gain(x, channel, sends);
        }
        double disable = planner.hazard().chance(x, late + 1) - planner.hazard().chance(x, late);
        return new Person(gain, Math.max(0, disable), planner.plan(x).lifetime());
    }
}
