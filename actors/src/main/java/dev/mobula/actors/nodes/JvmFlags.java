package dev.mobula.actors.nodes;

import java.util.List;

/// The flags that every JVM of Mobula is started with, as one file names them for the launcher, the tests
/// and the workers alike.
public final class JvmFlags {
    private static final String RESOURCE = "jvm.flags";

    private JvmFlags() {}

    /// The flags in the file's order, without its comments.
    public static List<String> all() {
        return Resource.text(RESOURCE)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
