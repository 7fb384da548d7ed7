package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pointer moves by command, gates say why it does not, and differences are shown.
final class BundleCommandTest {
    @TempDir private Path home;
    private final Said said = new Said(console -> BundleCommand.of(console, home));

    private String publish(String content, double auc) throws Exception {
        Path file = Files.writeString(home.resolve("items.index"), content);
        BundleStore store =
                BundleStore.open(home.resolve("bundles"), 1 << 20, InstantSource.system());
        Lineage lineage = new Lineage("run " + content, "", "c0de", "", Map.of(), List.of());
        return store.publish(
                new BundleDraft("home", lineage, Evidence.NONE.withMetrics(Map.of("auc", auc)))
                        .add(Role.ITEM_INDEX, "items", file));
    }

    @Test
    void bundlesAreListedShownPromotedAndRolledBack() throws Exception {
        String a = publish("a", .7);
        String b = publish("b", .8);
        assertThat(said.run("promote", a.substring(0, 8))).as(said.err()).isZero();
        assertThat(said.run("promote", b)).isZero();
        assertThat(said.run("list", "--history")).isZero();
        assertThat(said.out()).contains(a.substring(0, 12), "promoted", "PROMOTE");
        assertThat(said.run("show", "promoted")).isZero();
        assertThat(said.out()).contains(b, "run b", "auc", "item-index/items", "let it pass");
        assertThat(said.run("diff", a, b)).isZero();
        assertThat(said.out()).contains("changed item-index/items: 1 of 1 files", "run a → run b");
        assertThat(said.run("rollback", "--note", "worse")).isZero();
        assertThat(said.out()).contains(a);
        assertThat(said.run("rollback")).isEqualTo(1);
        assertThat(said.err()).contains("no bundle was promoted before");
        assertThat(said.run("verify")).isZero();
        assertThat(said.out()).contains(a + ": intact", b + ": intact");
    }

    @Test
    void gatesAndDamageBlock() throws Exception {
        String a = publish("a", .6);
        Files.writeString(
                home.resolve("bundles").resolve("gates.yaml"), "gates: [{metric: auc, min: 0.7}]");
        assertThat(said.run("promote", a)).isEqualTo(1);
        assertThat(said.err()).contains("metric auc is 0.60000, must be in 0.70000..Infinity");
        assertThat(said.run("show", a)).isZero();
        assertThat(said.out()).contains("the gates block it");
        assertThat(said.run("promote", a, "--override", "a test")).isZero();
        Path part = home.resolve("bundles").resolve("bundles").resolve(a).resolve("item-index");
        Files.writeString(part.resolve("items").resolve("items.index"), "x");
        assertThat(said.run("verify", a)).isEqualTo(1);
        assertThat(said.err()).contains("items.index is damaged");
        assertThat(said.run("show", "123456789")).isEqualTo(1);
        assertThat(said.err()).contains("bundle=123456789");
        assertThat(said.run("list", "--store", home.resolve("nowhere"))).isEqualTo(1);
        assertThat(said.err()).contains("no such folder");
    }
}
