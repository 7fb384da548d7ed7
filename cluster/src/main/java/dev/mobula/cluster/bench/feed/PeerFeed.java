package dev.mobula.cluster.bench.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.nodes.RayNode;
import dev.mobula.cluster.bench.PythonPeers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The feed in Python on the same Ray, driven through `feed_peer.py`.
final class PeerFeed implements Contender, AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCRIPT = "feed_peer.py";
    private static final String MODEL_SCRIPT = "rank_peer.py";
    private static final List<String> PACKAGES =
            List.of("faiss-cpu", "numpy", "onnx", "onnxruntime", "torch");
    /* Without it a Python driver looks for a head on 127.0.0.1 at the machine's outer address. */
    private static final String LOOPBACK = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER";
    private static final int IDLE_CALLERS = 16;
    private static final long END_SECONDS = 10;

    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final LocalCluster nodes;
    private final JsonNode ready;
    private long pages;

    private PeerFeed(Process process, LocalCluster nodes) throws IOException {
        this.process = process;
        this.nodes = nodes;
        answers = process.inputReader(StandardCharsets.UTF_8);
        requests = process.outputWriter(StandardCharsets.UTF_8);
        ready = answer("ready");
    }

    /// Starts it on the cluster; the first time it builds its graphs, which takes a minute or two.
    ///
    /// @param recall the share of the true candidates that its searches are to find, as ours do
    static PeerFeed open(LocalCluster nodes, FeedShape shape, Path home, Path folder, double recall)
            throws IOException, InterruptedException {
        PythonPeers tools = PythonPeers.install(home, folder, PACKAGES);
        tools.script(MODEL_SCRIPT, folder);
        RayInstallation ray = RayInstallation.find();
        List<String> command =
                List.of(
                        ray.venv().resolve("bin").resolve("python").toString(),
                        tools.script(SCRIPT, folder).toString(),
                        nodes.address(),
                        folder.toString(),
                        Integer.toString(shape.candidates()),
                        Integer.toString(shape.page()),
                        Integer.toString(shape.perAuthor()),
                        Integer.toString(shape.shards()),
                        String.format(Locale.ROOT, "%.4f", recall));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve("peer.log").toFile());
        builder.environment().put("PYTHONPATH", packagesOf(tools).toString());
        builder.environment().put(LOOPBACK, "0");
        return new PeerFeed(builder.start(), nodes);
    }

    /// Ray's own environment runs it, with the peers' libraries beside.
    private static Path packagesOf(PythonPeers tools) throws IOException {
        Path lib = tools.python().resolveSibling("..").resolve("lib").normalize();
        try (Stream<Path> versions = Files.list(lib)) {
            return versions.map(version -> version.resolve("site-packages"))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IOException(lib + " holds no site-packages"));
        }
    }

    @Override
    public String name() {
        return "Python on Ray";
    }

    /// The engine it found to be the fastest.
    String engine() {
        return ready.path("ready").asText();
    }

    double recall() {
        return ready.path("recall").asDouble();
    }

    Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        ready.path("versions")
                .properties()
                .forEach(entry -> versions.put(entry.getKey(), entry.getValue().asText()));
        return versions;
    }

    @Override
    public LoadFigures closed(int callers, double seconds) throws IOException {
        return figures(ask(Map.of("do", "closed", "callers", callers, "seconds", seconds)));
    }

    @Override
    public LoadFigures open(double perSecond, double seconds) throws IOException {
        return figures(ask(Map.of("do", "open", "rate", perSecond, "seconds", seconds)));
    }

    private LoadFigures figures(JsonNode answer) {
        pages += answer.path("pages").asLong();
        return new LoadFigures(
                answer.path("pages").asLong(),
                0,
                answer.path("refused").asLong(),
                0,
                answer.path("seconds").asDouble(),
                answer.path("p50").asDouble(Double.NaN),
                answer.path("p99").asDouble(Double.NaN));
    }

    /// Its rows are counted from 0, ids from 1.
    @Override
    public List<List<Place>> pages(long[] users) throws IOException {
        List<Long> rows = new ArrayList<>();
        for (long user : users) {
            rows.add(user - 1);
        }
        pages += users.length;
        List<List<Place>> all = new ArrayList<>();
        for (JsonNode page : ask(Map.of("do", "pages", "users", rows)).path("pages")) {
            List<Place> places = new ArrayList<>();
            page.forEach(
                    place ->
                            places.add(
                                    new Place(
                                            place.path(0).asLong() + 1, place.path(1).asDouble())));
            all.add(places);
        }
        return all;
    }

    @Override
    public double scoringMicrosPerPage() throws IOException {
        return ask(Map.of("do", "scoring")).path("seconds").asDouble() * 1e6 / pages;
    }

    @Override
    public double generatorMicros() throws IOException {
        return ask(Map.of("do", "idle", "callers", IDLE_CALLERS, "seconds", 1.0))
                .path("micros")
                .asDouble();
    }

    @Override
    public Map<String, Double> processorSeconds() throws IOException {
        Map<String, Double> seconds = new TreeMap<>();
        for (Map.Entry<String, JsonNode> role : ready.path("processes").properties()) {
            for (JsonNode pid : role.getValue()) {
                seconds.merge(role.getKey(), ProcessorTime.ofProcess(pid.asLong()), Double::sum);
            }
        }
        seconds.put("Ray", rayOf(nodes));
        return seconds;
    }

    /// The raylets and the GCS, which only this contender keeps busy while it is measured.
    static double rayOf(LocalCluster nodes) throws IOException {
        double seconds = ProcessorTime.ofProcess(nodes.head().gcsPid());
        for (RayNode node : nodes.nodes()) {
            seconds += ProcessorTime.ofProcess(node.rayletPid());
        }
        return seconds;
    }

    private JsonNode ask(Map<String, ?> request) throws IOException {
        requests.write(JSON.writeValueAsString(request) + "\n");
        requests.flush();
        return answer("");
    }

    private JsonNode answer(String field) throws IOException {
        while (true) {
            @Nullable String line = answers.readLine();
            if (line == null) {
                throw new IOException(
                        "the peer's process ended; its log is peer.log beside its data");
            }
            if (line.startsWith("{")) {
                JsonNode node = JSON.readTree(line);
                if (field.isEmpty() || node.has(field)) {
                    return node;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        requests.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
