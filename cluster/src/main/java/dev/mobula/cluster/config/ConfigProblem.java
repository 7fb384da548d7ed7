package dev.mobula.cluster.config;

/// One thing that is wrong with a configuration file: where, which key and value, and what would be right.
///
/// @param line counted from 1
public record ConfigProblem(String file, int line, String key, String value, String reason) {
    @Override
    public String toString() {
        String what = value.isEmpty() ? key : key + "=" + value;
        return file + ":" + line + ": " + what + ": " + reason;
    }
}
