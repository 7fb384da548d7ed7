package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.util.ArrayList;
import java.util.List;

/// The lines of a file that were set aside: how many, and the first few with their reasons.
///
/// Over the limit the file is refused, because then it is probably another format and not a few bad lines.
public final class Rejects {
    private static final int SHOWN_MAX = 10;

    private final long limit;
    private final List<String> shown = new ArrayList<>();
    private long count;

    /// Tolerates up to `limit` bad lines.
    public Rejects(long limit) {
        if (limit < 0) {
            throw TrainingException.invalid("rejects limit", limit, "must not be negative");
        }
        this.limit = limit;
    }

    /// Sets a line aside, or refuses the file when it is one too many.
    void add(TextFile file, String field, String value, String rule) {
        count++;
        String text =
                "%s:%d: %s=%s: %s".formatted(file.path(), file.line(), field, quoted(value), rule);
        if (shown.size() < SHOWN_MAX) {
            shown.add(text);
        }
        if (count > limit) {
            throw new TrainingException(
                    Code.BAD_DATA, text + " (bad lines=" + count + ", limit=" + limit + ")");
        }
    }

    private static String quoted(String value) {
        return '"' + (value.length() > 80 ? value.substring(0, 80) + "…" : value) + '"';
    }

    public long count() {
        return count;
    }

    /// The first bad lines, each with file, line, field, value and reason.
    public List<String> shown() {
        return List.copyOf(shown);
    }
}
