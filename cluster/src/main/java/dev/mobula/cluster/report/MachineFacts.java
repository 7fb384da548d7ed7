package dev.mobula.cluster.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The machine a report was made on: figures of another machine are other figures.
@JsonPropertyOrder({"cpu", "simdBits", "cores", "memoryBytes", "jdk", "os", "peers"})
public record MachineFacts(
        String cpu,
        int simdBits,
        int cores,
        long memoryBytes,
        String jdk,
        String os,
        Map<String, String> peers) {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    public MachineFacts {
        peers = Map.copyOf(new TreeMap<>(peers));
    }

    /// This machine, with no peers.
    public static MachineFacts here() {
        List<String> cpuinfo = lines(CPUINFO);
        return new MachineFacts(
                field(cpuinfo, "model name", System.getProperty("os.arch")),
                simdBits(field(cpuinfo, "flags", field(cpuinfo, "Features", ""))),
                Runtime.getRuntime().availableProcessors(),
                kibibytes(field(lines(MEMINFO), "MemTotal", "0 kB")) * 1024,
                System.getProperty("java.vm.vendor") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Map.of());
    }

    /// The same machine with the versions of what was measured beside Mobula.
    public MachineFacts withPeers(Map<String, String> versions) {
        return new MachineFacts(cpu, simdBits, cores, memoryBytes, jdk, os, versions);
    }

    /// The widest vector registers that these processor flags name; 64 when they name none.
    static int simdBits(String flags) {
        List<String> words = List.of(flags.split(" ", -1));
        if (words.contains("avx512f")) {
            return 512;
        }
        if (words.contains("avx2")) {
            return 256;
        }
        return words.contains("sse2") || words.contains("asimd") ? 128 : 64;
    }

    private static String field(List<String> lines, String name, String otherwise) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(otherwise);
    }

    private static long kibibytes(String field) {
        return Long.parseLong(field.split(" ", -1)[0]);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notOnThisSystem) {
            return List.of();
        }
    }
}
