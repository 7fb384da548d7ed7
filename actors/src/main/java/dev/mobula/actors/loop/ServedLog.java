package dev.mobula.actors.loop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where it is written what was served and what came of it, asked anew whenever somebody reads it.
public interface ServedLog {
    /// Logs of impressions: one for each set of features and heads that served, and each gateway.
    List<Path> impressions();

    /// The log of feedback.
    Path feedback();

    /// Up to which position of each shard of users nobody who was forgotten is in the logs any more.
    Map<String, Long> erased();

    /// Users whose impressions up to a moment, in milliseconds, must not be learned from: they wait to be erased.
    Map<Long, Long> forgotten();

    /// The two parts of one event log.
    static ServedLog of(Path eventLog) {
        return new ServedLog() {
            @Override
            public List<Path> impressions() {
                return List.of(EventLog.impressions(eventLog));
            }

            @Override
            public Path feedback() {
                return EventLog.feedback(eventLog);
            }

            @Override
            public Map<String, Long> erased() {
                return Map.of();
            }

            @Override
            public Map<Long, Long> forgotten() {
                return Map.of();
            }
        };
    }

    /// What a log holds now; empty when nothing was written to it yet.
    static Optional<LogView> look(Path log) {
        try {
            return Optional.of(LogView.open(log));
        } catch (TrainingException failed) {
            if (failed.code() == TrainingException.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw failed;
        }
    }
}
