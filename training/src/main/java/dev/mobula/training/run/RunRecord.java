package dev.mobula.training.run;

import java.util.Map;

/// What is known of a run: kept in its folder, rewritten whole whenever something changes.
///
/// @param description SHA-256 of the description
/// @param code hash of the classes that train
/// @param data fingerprints by name
/// @param environment machine and versions
/// @param message why it failed or was stopped, or empty
/// @param metrics of the last evaluation, or of the final judgement
/// @param bundle that it published, or empty
public record RunRecord(
        String id,
        String name,
        String recipe,
        State state,
        String startedAtUtc,
        String endedAtUtc,
        String description,
        String code,
        Map<String, String> data,
        Map<String, String> environment,
        int stepsDone,
        int stepsWanted,
        double lastLoss,
        String message,
        Map<String, Double> metrics,
        String bundle) {
    public RunRecord {
        data = Map.copyOf(data);
        environment = Map.copyOf(environment);
        metrics = Map.copyOf(metrics);
    }

    /// How far it is.
    public enum State {
        /// It goes on, or its process was killed: see [RunFolder#isHeld].
        RUNNING,
        DONE,
        /// Somebody asked it to stop; the same description takes it up again.
        STOPPED,
        FAILED
    }

    RunRecord at(int steps, double loss) {
        return new RunRecord(
                id,
                name,
                recipe,
                state,
                startedAtUtc,
                endedAtUtc,
                description,
                code,
                data,
                environment,
                steps,
                stepsWanted,
                loss,
                message,
                metrics,
                bundle);
    }

    RunRecord with(Map<String, Double> found) {
        return new RunRecord(
                id,
                name,
                recipe,
                state,
                startedAtUtc,
                endedAtUtc,
                description,
                code,
                data,
                environment,
                stepsDone,
                stepsWanted,
                lastLoss,
                message,
                found,
                bundle);
    }

    RunRecord published(String bundleId) {
        return new RunRecord(
                id,
                name,
                recipe,
                state,
                startedAtUtc,
                endedAtUtc,
                description,
                code,
                data,
                environment,
                stepsDone,
                stepsWanted,
                lastLoss,
                message,
                metrics,
                bundleId);
    }

    RunRecord ended(State how, String atUtc, String why) {
        return new RunRecord(
                id,
                name,
                recipe,
                how,
                startedAtUtc,
                atUtc,
                description,
                code,
                data,
                environment,
                stepsDone,
                stepsWanted,
                lastLoss,
                why,
                metrics,
                bundle);
    }
}
