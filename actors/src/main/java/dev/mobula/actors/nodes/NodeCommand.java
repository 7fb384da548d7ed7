package dev.mobula.actors.nodes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How `ray start` is called for one node: its arguments and its environment.
final class NodeCommand {
    /* Ray's command line replaces a loopback address by the machine's outer one and then listens on all
     * interfaces. A node that is told 127.0.0.1 and believes it listens on loopback alone, so the
     * replacement is taken out before Ray's own main runs. The first line makes the node a session of
     * its own: a signal to the caller's terminal does not reach it, and its processes know each other. */
    private static final String START =
            """
            import os, sys
            os.setsid()
            from ray._private import services
            services.resolve_ip_for_localhost = lambda host: host
            from ray.scripts.scripts import main
            main()
            """;

    private static final String START_AGAIN =
            """
            import os, sys
            os.setsid()
            os.execv(sys.argv[1], sys.argv[1:])
            """;

    private static final String GCS_PORT = "--gcs_server_port=";

    // Those of the caller's that would lead a node elsewhere than its spec says.
    private static final List<String> FOREIGN =
            List.of("RAY_ADDRESS", "RAY_TMPDIR", "PYTHONHOME", "PYTHONPATH", "CLASSPATH");

    private final RayInstallation ray;
    private final NodeSpec spec;
    private final String mark;
    private final Path tempDir;

    NodeCommand(RayInstallation ray, NodeSpec spec, String mark, Path tempDir) {
        this.ray = ray;
        this.spec = spec;
        this.mark = mark;
        this.tempDir = tempDir;
    }

    Process start(Path log) throws IOException {
        return run(START, arguments(), environment(), log);
    }

    /// Runs the GCS again as it ran before, on the port that it had been given or had picked.
    Process startGcsAgain(NodeProcess former, int port, Path log) throws IOException {
        List<String> arguments =
                former.command().stream()
                        .map(word -> word.startsWith(GCS_PORT) ? GCS_PORT + port : word)
                        .toList();
        return run(START_AGAIN, arguments, entries(former.environment()), log);
    }

    private Process run(
            String program, List<String> arguments, Map<String, String> environment, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(ray.python().toString(), "-c", program));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(spec.stateRoot().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("start"));
        if (spec.headAddress() == null) {
            arguments.addAll(List.of("--head", "--port=" + spec.port()));
            arguments.add("--include-dashboard=false");
        } else {
            arguments.add("--address=" + spec.headAddress());
        }
        arguments.add("--node-ip-address=" + spec.ip());
        arguments.add("--num-cpus=" + spec.cpus());
        arguments.add("--resources=" + resources());
        arguments.add("--object-store-memory=" + spec.objectStoreBytes());
        arguments.add("--temp-dir=" + tempDir);
        arguments.add("--disable-usage-stats");
        arguments.add("--include-log-monitor=false");
        arguments.addAll(List.of("--log-style=record", "--log-color=false"));
        if (spec.onLoopback()) {
            // Several nodes share this machine: with Ray's fixed range two of them can pick one
            // port.
            arguments.addAll(List.of("--min-worker-port=0", "--max-worker-port=0"));
        }
        if (spec.blocking()) {
            arguments.add("--block");
        }
        return arguments;
    }

    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.keySet().removeAll(FOREIGN);
        environment.put("PATH", path(environment.getOrDefault("PATH", "/usr/bin:/bin")));
        environment.put("JAVA_HOME", ray.javaHome().toString());
        environment.put(NodeProcesses.MARK_VARIABLE, mark);
        environment.put("MOBULA_NODE_NAME", spec.name());
        environment.put("MOBULA_NODE_STATE", spec.stateRoot().toString());
        environment.remove("MOBULA_SHARED_STATE");
        if (spec.sharedRoot() != null) {
            environment.put("MOBULA_SHARED_STATE", spec.sharedRoot().toString());
        }
        environment.put("RAY_USAGE_STATS_ENABLED", "0");
        // A node outlives ten minutes without its GCS; Ray's own minute is shorter than a restart.
        environment.put("RAY_gcs_rpc_server_reconnect_timeout_s", "600");
        environment.put("RAY_worker_register_timeout_seconds", "30");
        // A node that refuses connections is lost after two seconds, not after fifteen; one that
        // is merely slow still has its full time for each check.
        environment.put("RAY_health_check_period_ms", "500");
        environment.put("RAY_health_check_failure_threshold", "3");
        if (spec.gcsStorage() != null) {
            environment.put("RAY_gcs_storage", "rocksdb");
            environment.put("RAY_gcs_storage_path", spec.gcsStorage().toString());
        }
        if (spec.token() != null) {
            environment.put("RAY_AUTH_MODE", "token");
            environment.put("RAY_AUTH_TOKEN", spec.token());
        }
        return environment;
    }

    // Workers are started as plain "java": the JDK must come first.
    private String path(String inherited) {
        return String.join(
                File.pathSeparator,
                ray.javaHome().resolve("bin").toString(),
                ray.venv().resolve("bin").toString(),
                inherited);
    }

    private String resources() {
        Map<String, Double> all = new LinkedHashMap<>(spec.resources());
        all.put(NodeSpec.pinTo(spec.name()), NodeSpec.PINS);
        return all.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Map<String, String> entries(List<String> environment) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (String entry : environment) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                entries.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return entries;
    }
}
