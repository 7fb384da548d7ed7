package dev.mobula.cluster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mobula.actors.nodes.NodeSpec;
import dev.mobula.cluster.cli.Mobula;
import dev.mobula.cluster.config.ConfigFile;
import dev.mobula.cluster.engine.EngineSettings;
import dev.mobula.cluster.gateway.GatewayOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The files that put the engine on other people's machines, held to what the product is and to the rules of their craft.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DeploymentFilesTest {
    private static final Path CHECKOUT = Path.of("..");
    private static final Path DEPLOY = Path.of("deploy");
    private static final String IMAGE = "mobula:0.1.0";

    private final Map<String, JsonNode> byKind = new HashMap<>();
    private final List<JsonNode> claims = new ArrayList<>();
    private List<String> docker = List.of();
    private String rayVersion = "";

    @BeforeAll
    void read() throws Exception {
        YAMLMapper yaml = new YAMLMapper();
        try (var documents =
                yaml.readerFor(JsonNode.class)
                        .<JsonNode>readValues(
                                new YAMLFactory()
                                        .createParser(DEPLOY.resolve("kuberay.yaml").toFile()))) {
            documents
                    .readAll()
                    .forEach(
                            document -> {
                                byKind.put(document.get("kind").asText(), document);
                                if (document.get("kind").asText().endsWith("Claim")) {
                                    claims.add(document);
                                }
                            });
        }
        docker = instructions(Files.readAllLines(DEPLOY.resolve("Dockerfile")));
        rayVersion =
                Files.readString(
                                CHECKOUT.resolve(
                                        "actors/src/main/resources/dev/mobula/actors/nodes/ray.version"))
                        .strip();
    }

    private static List<String> instructions(List<String> lines) {
        List<String> instructions = new ArrayList<>();
        String open = "";
        for (String line : lines) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            open += line.strip();
            if (open.endsWith("\\")) {
                open = open.substring(0, open.length() - 1);
            } else {
                instructions.add(open);
                open = "";
            }
        }
        assertThat(open).as("the last line is whole").isEmpty();
        return instructions;
    }

    private List<String> of(String instruction) {
        return docker.stream().filter(line -> line.startsWith(instruction + " ")).toList();
    }

    @Test
    void everyBaseImageHasAVersionAndRaysIsOurs() {
        Set<String> stages = new HashSet<>();
        for (String from : of("FROM")) {
            String[] words = from.split(" ", -1);
            if (!stages.contains(words[1])) {
                assertThat(words[1]).matches("[a-z/-]+:[0-9].*");
            }
            if (words.length == 4) {
                stages.add(words[3]);
            }
        }
        assertThat(of("FROM").getLast()).contains("rayproject/ray:" + rayVersion + "-");
        assertThat(of("FROM").getFirst()).contains("25-jdk");
    }

    @Test
    void theDockerfileObeysTheRulesOfItsCraft() {
        for (String run : of("RUN")) {
            if (run.contains("apt-get install")) {
                assertThat(run)
                        .contains(
                                "apt-get update", "--no-install-recommends", "rm -rf /var/lib/apt")
                        .contains("-y ", "maven=3.8.");
            }
            assertThat(run).doesNotContain("sudo", "curl ", "wget ", "cd /");
        }
        assertThat(of("ADD")).isEmpty();
        assertThat(of("MAINTAINER")).isEmpty();
        assertThat(of("WORKDIR")).allMatch(line -> line.startsWith("WORKDIR /"));
        assertThat(of("USER").getLast()).as("who runs it").isEqualTo("USER ray");
        assertThat(of("ENTRYPOINT")).singleElement().asString().startsWith("ENTRYPOINT [\"");
        assertThat(of("CMD")).singleElement().asString().startsWith("CMD [\"");
        assertThat(docker.indexOf(of("USER").getLast()))
                .isGreaterThan(docker.indexOf(of("RUN").getLast()));
    }

    @Test
    void theImageStartsOurMainClassWithOurFlagsAndListensWhereTheDefaultsDo() {
        assertThat(of("ENTRYPOINT").getFirst())
                .contains("@/opt/mobula/jvm.flags", Mobula.class.getName(), "ray_dist.jar");
        for (String copy : of("COPY")) {
            String source = copy.split(" ", -1)[copy.contains("--from=build") ? 2 : 1];
            if (source.startsWith("/src/") && !source.contains("target")) {
                assertThat(CHECKOUT.resolve(source.substring("/src/".length()))).exists();
            }
        }
        assertThat(of("EXPOSE"))
                .containsExactly("EXPOSE " + EngineSettings.DEFAULT.gateway().port());
    }

    private List<JsonNode> pods() {
        List<JsonNode> pods = new ArrayList<>();
        JsonNode spec = byKind.get("RayCluster").get("spec");
        pods.add(spec.at("/headGroupSpec/template/spec"));
        spec.get("workerGroupSpecs").forEach(group -> pods.add(group.at("/template/spec")));
        return pods;
    }

    @Test
    void everyContainerHasOurImageLimitsAndVolumesThatAreThere() {
        Set<String> claimed = new HashSet<>();
        claims.forEach(claim -> claimed.add(claim.at("/metadata/name").asText()));
        for (JsonNode pod : pods()) {
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            Set<String> volumes = new HashSet<>();
            for (JsonNode volume : pod.get("volumes")) {
                volumes.add(volume.get("name").asText());
                JsonNode claim = volume.at("/persistentVolumeClaim/claimName");
                assertThat(claim.isMissingNode() || claimed.remove(claim.asText()))
                        .as("one pod for claim " + claim)
                        .isTrue();
            }
            for (JsonNode container : pod.get("containers")) {
                assertThat(container.get("image").asText()).isEqualTo(IMAGE);
                for (String which : List.of("requests", "limits")) {
                    assertThat(container.at("/resources/" + which + "/memory").asText())
                            .matches("[0-9]+Gi");
                    assertThat(container.at("/resources/" + which + "/cpu").asText())
                            .matches("[0-9]+");
                }
                container
                        .get("volumeMounts")
                        .forEach(mount -> assertThat(volumes).contains(mount.get("name").asText()));
            }
        }
        assertThat(claimed).as("claims that nobody mounts").isEmpty();
    }

    @Test
    void aNodeIsPinnedToByTheNameItHas() {
        JsonNode spec = byKind.get("RayCluster").get("spec");
        assertThat(spec.get("rayVersion").asText()).isEqualTo(rayVersion);
        for (JsonNode group : spec.get("workerGroupSpecs")) {
            String name = group.at("/template/spec/containers/0/env/0/value").asText();
            assertThat(group.get("groupName").asText()).isEqualTo(name);
            assertThat(group.at("/rayStartParams/resources").asText())
                    .isEqualTo(
                            "\"{\\\"%s\\\": %d}\""
                                    .formatted(NodeSpec.pinTo(name), (int) NodeSpec.PINS));
            assertThat(group.get("maxReplicas").asInt()).as("its volume is one").isEqualTo(1);
        }
    }

    @Test
    void theGatewaysConfigurationIsRightAndItsPortIsTheServices() {
        String text = byKind.get("ConfigMap").at("/data/engine.yaml").asText();
        var read = ConfigFile.parse("engine.yaml", text, EngineSettings.DEFAULT);
        assertThat(read.problems()).isEmpty();
        EngineSettings settings = read.settings().orElseThrow();
        GatewayOptions options = settings.gateway().options();
        assertThat(options.keys()).as("it is reached from elsewhere").isPresent();
        List<String> groups = new ArrayList<>();
        byKind.get("RayCluster")
                .at("/spec/workerGroupSpecs")
                .forEach(group -> groups.add(group.get("groupName").asText()));
        assertThat(settings.nodes()).as("state is spread over every node").isEqualTo(groups);
        JsonNode gateway = pods().getFirst().get("containers").get(1);
        assertThat(gateway.at("/ports/0/containerPort").asInt()).isEqualTo(options.port());
        assertThat(byKind.get("Service").at("/spec/ports/0/port").asInt())
                .isEqualTo(options.port());
        assertThat(gateway.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/v1/ready");
        List<String> mounted = new ArrayList<>();
        gateway.get("volumeMounts").forEach(one -> mounted.add(one.get("mountPath").asText()));
        assertThat(gateway.get("args").get(1).asText())
                .isEqualTo("--config=/etc/mobula/engine.yaml");
        assertThat(mounted)
                .contains("/etc/mobula/engine.yaml")
                .anyMatch(path -> settings.gateway().keys().orElseThrow().startsWith(path))
                .anyMatch(path -> settings.state().startsWith(path));
    }
}
