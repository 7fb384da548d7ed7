package dev.mobula.actors.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The metrics of one process: its services' and its JVM's.
public final class ProcessMetrics implements AutoCloseable {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4_096;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /// Starts to measure; every series carries the process's name.
    public ProcessMetrics(String process) {
        registry.config().commonTags("process", process);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        collections.bindTo(registry);
        registry.gauge("mobula.process.resident.bytes", this, ignored -> residentBytes());
    }

    /// Where meters are registered.
    public MeterRegistry registry() {
        return registry;
    }

    /// Everything, in Prometheus text format.
    public String page() {
        return registry.scrape();
    }

    /// Resident memory of this process, 0 where the system does not tell.
    public static long residentBytes() {
        try {
            return Long.parseLong(Files.readString(STATM).split(" ", 3)[1]) * PAGE_BYTES;
        } catch (IOException notLinux) {
            return 0;
        }
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
