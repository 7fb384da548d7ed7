package dev.mobula.cluster.bench.feed;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Processor time so far, by what a thread or a process is there for.
final class ProcessorTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_FIELD = 11;
    private static final int SYSTEM_FIELD = 12;
    private static final Pattern SERVICE = Pattern.compile("mobula-([a-z]+)(-\\d+)+");
    private static final String PAGES = "pages";
    private static final String REST = "collector and compiler";

    private ProcessorTime() {}

    /// This process by the roles of its threads; what is not a Java thread's is the collector's and the compiler's.
    static Map<String, Double> ofThisProcess() throws IOException {
        Map<String, Double> seconds = new TreeMap<>();
        double known = 0;
        for (long id : THREADS.getAllThreadIds()) {
            ThreadInfo thread = THREADS.getThreadInfo(id);
            long nanos = THREADS.getThreadCpuTime(id);
            if (thread != null && nanos > 0) {
                seconds.merge(roleOf(thread.getThreadName()), nanos / 1e9, Double::sum);
                known += nanos / 1e9;
            }
        }
        seconds.put(REST, Math.max(0, ofProcess(ProcessHandle.current().pid()) - known));
        return seconds;
    }

    /// Requests run on virtual threads: their time is that of the pool that carries them.
    private static String roleOf(String thread) {
        Matcher service = SERVICE.matcher(thread);
        if (service.matches()) {
            return service.group(1);
        }
        return thread.startsWith("ForkJoinPool") ? PAGES : "other threads";
    }

    /// A whole process, in user and system mode together; 0 when it has ended.
    static double ofProcess(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(file)) {
            return 0;
        }
        String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[SYSTEM_FIELD]))
                / TICKS_PER_SECOND;
    }
}
