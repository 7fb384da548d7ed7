package dev.mobula.actors.ray;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Probe;
import dev.mobula.actors.runtime.ServiceSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A driver in a process of its own, to be killed: spawns the services named by its arguments and
/// waits.
final class DriverProgram {
    static final String READY = "DRIVER READY";

    /// The variable of its environment that names its namespace.
    static final String NAMESPACE = "MOBULA_TEST_NAMESPACE";

    private DriverProgram() {}

    public static void main(String[] arguments) throws IOException {
        try {
            drive(arguments);
        } catch (CallException failed) {
            System.out.println(failed.getMessage());
            System.exit(1);
        }
    }

    private static void drive(String[] arguments) throws IOException {
        RayOptions options =
                RayOptions.of(arguments[0])
                        .withNodeIp(arguments[1])
                        .withNamespace(System.getenv().getOrDefault(NAMESPACE, "mobula"));
        RayCluster cluster = RayCluster.connect(options);
        for (int i = 2; i < arguments.length; i++) {
            ServiceSpec.Builder spec =
                    ServiceSpec.named(arguments[i], Probe.Factory.class)
                            .jvmOptions("-Xmx128m", "-XX:TieredStopAtLevel=1");
            if (arguments[i].startsWith("detached")) {
                spec.detached();
            }
            cluster.spawn(spec.build());
        }
        System.out.println(READY);
        System.in.read();
        cluster.close();
    }

    /// Starts it with this process's class path and flags, and the given additions to its
    /// environment.
    static Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(WorkerJvm.defaultOptions());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(DriverProgram.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// What it printed until it was ready, or until it ended.
    static String awaitReady(Process driver) throws IOException {
        StringBuilder printed = new StringBuilder();
        var lines = driver.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            printed.append(line).append('\n');
            if (line.equals(READY)) {
                break;
            }
        }
        return printed.toString();
    }
}
