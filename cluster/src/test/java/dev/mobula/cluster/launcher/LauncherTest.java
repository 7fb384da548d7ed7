package dev.mobula.cluster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LauncherTest {
    private static final String BUILD = "mvn -B package -Dmaven.test.skip=true";

    @TempDir private Path folder;

    private LauncherTree tree;

    @BeforeEach
    void plant() throws Exception {
        tree = new LauncherTree(folder);
    }

    @Test
    void buildsOnceAndThenNotAgain() throws Exception {
        assertThat(tree.run("help").exitCode()).isZero();
        assertThat(tree.calls()).first().isEqualTo(BUILD);

        assertThat(tree.run("help").said()).isEmpty();
        assertThat(tree.calls()).noneMatch(call -> call.startsWith("mvn"));
    }

    @Test
    void buildsAgainWhenASourceIsNewerWasDeletedOrDiffers() throws Exception {
        tree.run("help");
        tree.calls();
        tree.age();

        tree.write("cluster/src/main/java/One.java", "class One { int newer; }");
        tree.run("help");
        assertThat(tree.calls()).contains(BUILD);

        tree.age();
        Files.delete(tree.root().resolve("cluster/src/main/java/Two.java"));
        tree.age();
        tree.run("help");
        assertThat(tree.calls()).contains(BUILD);

        tree.write("cluster/src/main/java/One.java", "class One { int elderButOther; }");
        tree.age();
        tree.run("help");
        assertThat(tree.calls()).contains(BUILD);

        tree.age();
        tree.write(".mvn/jvm.config", "-Xmx2g");
        tree.run("help");
        assertThat(tree.calls()).contains(BUILD);

        tree.run("help");
        assertThat(tree.calls()).doesNotContain(BUILD);
    }

    @Test
    void twoCallersBuildOnce() throws Exception {
        Process first = tree.start("help");
        Process second = tree.start("help");
        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();

        assertThat(tree.calls()).filteredOn(BUILD::equals).hasSize(1);
    }

    @Test
    void aFailedBuildShowsTheErrorAndIsTriedAgain() throws Exception {
        LauncherTree.Outcome outcome = tree.with("FAKE_MAVEN_FAILS", "yes").run("help");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.said()).contains("no such thing", "build.log");
        assertThat(tree.calls()).containsExactly(BUILD);

        assertThat(tree.with("FAKE_MAVEN_FAILS", "").run("help").exitCode()).isZero();
        assertThat(tree.calls()).contains(BUILD);
    }

    @Test
    void withoutAJdk25ItSaysHowToGetOne() throws Exception {
        Path old = tree.jdk("old", "17.0.2");
        LauncherTree.Outcome outcome = tree.with("JAVA_HOME", old.toString()).run("help");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.said().lines()).hasSize(2);
        assertThat(outcome.said()).contains("JDK 25", "JAVA_HOME");
        assertThat(tree.calls()).isEmpty();
    }

    @Test
    void passesOverAnotherJdkForOneInTheUsualFolders() throws Exception {
        Path old = tree.jdk("old", "250.1");
        Path found = tree.jdk("found", "25");
        tree.with("JAVA_HOME", old.toString()).with("MOBULA_JDK_FOLDERS", found.toString());

        assertThat(tree.run("help").exitCode()).isZero();
        assertThat(tree.calls()).hasSize(2);
    }

    @Test
    void refusesAnOldMaven() throws Exception {
        LauncherTree.Outcome outcome = tree.with("FAKE_MAVEN_VERSION", "3.6.3").run("help");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.said()).contains("Maven 3.8 or later", "3.6");
    }

    @Test
    void helpStartsOnAShortClassPathAndADemoOnTheWhole() throws Exception {
        tree.run("help");
        assertThat(tree.calls())
                .last()
                .asString()
                .contains("-XX:+UseSerialGC", "mobula-cluster-0.1.0.jar", "cli.Mobula help")
                .doesNotContain("jvm.flags");

        tree.run("demo", "--port", "0");
        assertThat(tree.calls())
                .last()
                .asString()
                .contains("jvm.flags", "cluster/target/lib/*", "cli.Mobula demo --port 0")
                .doesNotContain("ray_dist");
    }

    @Test
    void makesRayOnlyWhenItIsWanted() throws Exception {
        for (String command :
                List.of(
                        "help",
                        "doctor",
                        "bench",
                        "bench launcher",
                        "demo",
                        "cluster status",
                        "cluster down",
                        "cluster up --help",
                        "test --unit",
                        "test --help")) {
            tree.run(command.split(" ", -1));
            assertThat(tree.calls()).as(command).doesNotContain("venv");
        }
        assertThat(tree.ray()).doesNotExist();

        assertThat(tree.run("cluster", "up").exitCode()).isZero();
        List<String> calls = tree.calls();
        assertThat(calls).contains("venv");
        assertThat(calls.getLast()).contains("/ray_dist.jar dev.mobula.cluster.cli.Mobula cluster");
        assertThat(tree.ray().resolve("bin/ray")).content().contains(tree.ray() + "/bin/python");

        tree.run("demo", "--ray");
        assertThat(tree.calls()).doesNotContain("venv").last().asString().contains("ray_dist.jar");
    }

    @Test
    void aRayThatCannotBeHadLeavesNothingHalf() throws Exception {
        LauncherTree.Outcome outcome = tree.with("FAKE_PIP_EXIT", "1").run("test");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.said()).contains("Ray 2.58.0 could not be installed", "ray-2.58.0.log");
        assertThat(tree.ray()).doesNotExist();
        assertThat(tree.calls()).noneMatch(call -> call.startsWith("mvn"));
    }

    @Test
    void testRunsMavenOnWhatWasAskedFor() throws Exception {
        tree.run("test");
        assertThat(tree.calls())
                .last()
                .asString()
                .startsWith("mvn -B verify -Dtests.ray.skip=false -Dray.dist=")
                .endsWith("ray_dist.jar -Dtests.excluded=ray,long");

        tree.run("test", "--unit", "--module", "ranking", "-Dmobula.seed=7");
        assertThat(tree.calls())
                .containsExactly(
                        "mvn -B verify -Dmobula.seed=7 -pl ranking -am"
                                + " -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dtest=dev.mobula.ranking.**");

        assertThat(tree.run("test", "--unti").exitCode()).isEqualTo(2);
        assertThat(tree.run("test", "--module", "nowhere").exitCode()).isEqualTo(2);
        assertThat(tree.with("FAKE_MAVEN_FAILS", "yes").run("test", "--unit").exitCode())
                .isEqualTo(1);
    }

    @Test
    void testsThatPassedAreABuild() throws Exception {
        tree.run("test", "--unit");
        tree.calls();

        tree.run("help");
        assertThat(tree.calls()).doesNotContain(BUILD);
    }

    @Test
    void longTestsThatPassedAreNotRunAgain() throws Exception {
        for (String module : List.of("retrieval", "ranking", "training", "actors", "cluster")) {
            tree.write(module + "/src/test/java/SomeTest.java", "class SomeTest {}");
        }
        tree.run("test", "--long");
        assertThat(tree.calls()).filteredOn(call -> call.startsWith("mvn")).hasSize(5);

        tree.write("ranking/src/test/java/SomeTest.java", "class SomeTest { int changed; }");
        tree.run("test", "--long");
        assertThat(tree.calls())
                .filteredOn(call -> call.startsWith("mvn"))
                .singleElement()
                .asString()
                .contains("-pl ranking", "-Dtests.groups=long");
    }
}
