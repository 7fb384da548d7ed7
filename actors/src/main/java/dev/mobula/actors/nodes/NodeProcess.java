package dev.mobula.actors.nodes;

import java.util.List;

/// One process: its handle, its session, its command line and the environment it was started with.
record NodeProcess(
        ProcessHandle handle, long session, List<String> command, List<String> environment) {

    long pid() {
        return handle.pid();
    }

    /// Its program, or the title it has given itself.
    String title() {
        return command.getFirst();
    }
}
