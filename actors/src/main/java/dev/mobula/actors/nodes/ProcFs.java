package dev.mobula.actors.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What Linux tells of its processes, read from `/proc`.
final class ProcFs {
    private static final Path ROOT = Path.of("/proc");
    private static final Pattern PADDING = Pattern.compile("\0+$");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");

    private ProcFs() {}

    /// The number of this start of the machine: process numbers mean nothing across it.
    static String bootId() {
        try {
            return Files.readString(ROOT.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException unreadable) {
            throw new NodeException("a Ray node needs Linux: /proc cannot be read", unreadable);
        }
    }

    /// Every process of the machine that this user may look into.
    static Stream<NodeProcess> processes() {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .map(Long::parseLong)
                    .toList()
                    .stream()
                    .flatMap(pid -> read(pid).stream());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The memory that the process occupies now; 0 when it has ended.
    static long residentBytes(NodeProcess process) {
        try (Stream<String> lines =
                Files.lines(ROOT.resolve(Long.toString(process.pid())).resolve("status"))) {
            return lines.map(RESIDENT::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(matcher -> Long.parseLong(matcher.group(1)) * 1024)
                    .sum();
        } catch (IOException | UncheckedIOException ended) {
            return 0;
        }
    }

    private static Optional<NodeProcess> read(long pid) {
        Path folder = ROOT.resolve(Long.toString(pid));
        // Taken before anything is read: it holds the start time, so that it never signals a
        // successor.
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        try {
            String stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            if (handle.isEmpty() || fields[0].equals("Z") || fields[0].equals("X")) {
                return Optional.empty();
            }
            return Optional.of(
                    new NodeProcess(
                            handle.get(),
                            Long.parseLong(fields[3]),
                            words(folder.resolve("cmdline")),
                            words(folder.resolve("environ"))));
        } catch (IOException goneOrNotOurs) {
            return Optional.empty();
        }
    }

    private static List<String> words(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return List.of(PADDING.matcher(text).replaceFirst("").split("\0", -1));
    }
}
