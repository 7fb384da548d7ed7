package dev.mobula.cluster.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/// A configuration file, read into a tree of records: what it does not say keeps its default, and everything that is wrong
/// with it is found at once.
public final class ConfigFile {
    private static final int BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 16;

    private ConfigFile() {}

    /// What a file says: the settings when nothing is wrong, otherwise all the problems.
    public record Read<R extends Record>(Optional<R> settings, List<ConfigProblem> problems) {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    /// Reads a file over these defaults.
    public static <R extends Record> Read<R> read(Path file, R defaults) throws IOException {
        if (Files.size(file) > BYTES_MAX) {
            throw new IOException(file + " is larger than " + BYTES_MAX + " bytes");
        }
        return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8), defaults);
    }

    /// Reads a text; `file` is what problems call it.
    public static <R extends Record> Read<R> parse(String file, String text, R defaults) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(BYTES_MAX);
        options.setNestingDepthLimit(DEPTH_MAX);
        options.setMaxAliasesForCollections(0);
        Node root;
        try {
            root = new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException bad) {
            int line = bad.getProblemMark() == null ? 1 : bad.getProblemMark().getLine() + 1;
            return broken(file, line, String.valueOf(bad.getProblem()));
        } catch (YAMLException bad) {
            return broken(file, 1, String.valueOf(bad.getMessage()));
        }
        if (root == null) {
            return new Read<>(Optional.of(defaults), List.of());
        }
        List<ConfigProblem> problems = new ArrayList<>();
        @SuppressWarnings("unchecked")
        Class<R> type = (Class<R>) defaults.getClass();
        Optional<R> settings =
                Optional.ofNullable(new ConfigReader(file, type, problems).read(root, defaults))
                        .map(type::cast);
        return new Read<>(settings, problems);
    }

    private static <R extends Record> Read<R> broken(String file, int line, String problem) {
        return new Read<>(
                Optional.empty(),
                List.of(new ConfigProblem(file, line, "file", "", "is no YAML: " + problem)));
    }
}
