package dev.mobula.ranking.safety;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a scan came to.
public sealed interface ScanReply {
    /// The request itself is not one: which field, where in it, and why. Nothing was judged.
    ///
    /// @param position characters from the beginning of the field, or -1
    record Refused(String field, long position, String reason) implements ScanReply {}

    /// A verdict.
    ///
    /// @param action what the client should do; in shadow mode `ALLOW`, and `wouldBe` says what else it had been
    /// @param scores the highest calibrated score of every category
    /// @param redacted the parts with what must not be seen taken out, where the policy says so
    /// @param degraded what was not judged, and why
    record Judged(
            Action action,
            Action wouldBe,
            Map<String, Double> scores,
            List<Evidence> evidence,
            List<Optional<String>> redacted,
            List<String> models,
            String policy,
            List<String> degraded,
            long micros)
            implements ScanReply {
        public Judged {
            scores = Map.copyOf(scores);
            evidence = List.copyOf(evidence);
            redacted = List.copyOf(redacted);
            models = List.copyOf(models);
            degraded = List.copyOf(degraded);
        }
    }

    /// What is done, from least to most.
    enum Action {
        ALLOW,
        REDACT,
        REVIEW,
        BLOCK;

        Action or(Action other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /// Where something was found.
    ///
    /// @param part the part's place in the request, from 0
    /// @param pointer the JSON pointer of the leaf, empty for a plain text
    /// @param start the first character in the part's text, or in the leaf
    /// @param end the one after the last
    /// @param found what was found, never the text itself
    record Evidence(
            String category,
            int part,
            String pointer,
            int start,
            int end,
            double score,
            String found) {}
}
