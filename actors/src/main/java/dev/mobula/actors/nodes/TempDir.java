package dev.mobula.actors.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder of a node's sockets and logs, gone with the node.
final class TempDir {
    private static final int MARK_CHARS = 6;

    private TempDir() {}

    static Path create(Path base, String mark) throws IOException {
        return Files.createDirectory(base.resolve("mobula-" + mark.substring(0, MARK_CHARS)));
    }
}
