package dev.mobula.training.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever is wrong in a file is said with its line, its key and its value.
final class SettingsTest {
    @TempDir Path root;

    private enum Kind {
        TWO_TOWER,
        RANKER
    }

    /// A file with one of everything, read whole.
    private static String read(String text) {
        Settings top = Settings.parse("run.yaml", text);
        StringBuilder read = new StringBuilder();
        read.append(top.text("name")).append(' ').append(top.text("note", "none")).append(' ');
        read.append(top.choice("task", Kind.class)).append(' ');
        Settings model = top.section("model");
        read.append(model.whole("width", 1, 4_096)).append(' ');
        read.append(model.number("rate", 0, 1, .5)).append(' ');
        read.append(model.flag("bias", true)).append(' ');
        read.append(model.wholes("layers", 1, 100)).append(' ');
        read.append(top.texts("inputs")).append(' ');
        for (Settings gate : top.sectionList("gates")) {
            read.append(gate.text("metric")).append('>').append(gate.number("min", -1, 1));
        }
        top.end();
        return read.toString();
    }

    @Test
    void everyKindOfValueIsRead() {
        assertThat(
                        read(
                                """
                                name: first try   # a comment
                                task: two-tower
                                model: {width: 1_024, rate: 1e-3, bias: false, layers: [64, 32]}
                                inputs: [a, "2"]
                                gates:
                                  - metric: auc
                                    min: 0.5
                                """))
                .isEqualTo("first try none TWO_TOWER 1024 0.001 false [64, 32] [a, 2] auc>0.5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: 7;task: ranker;model: {width: 1} | run.yaml:1: name=7: must be text",
                "name: '  ';task: ranker;model: {width: 1} | run.yaml:1: name=",
                "name: a;task: other;model: {width: 1} | run.yaml:2: task=other: must be one of two-tower, ranker",
                "name: a;task: ranker;model: {width: 0} | run.yaml:3: model.width=0: must be 1 to 4096",
                "name: a;task: ranker;model: {width: 9999999999999999999} | model.width=9999999999999999999: must be",
                "name: a;task: ranker;model: {width: wide} | model.width=wide: must be a whole number",
                "name: a;task: ranker;model: {width: 1, rate: .nan} | model.rate=.nan: must be 0.0 to 1.0",
                "name: a;task: ranker;model: {width: 1, bias: 1} | model.bias=1: must be true or false",
                "name: a;task: ranker;model: {width: 1, layers: 7} | model.layers=7: must be a list",
                "name: a;task: ranker;model: {width: 1, layers: [7, 0]} | model.layers=0: must be a list of whole",
                "name: a;task: ranker;model: {width: 1};;wdth: 2 | run.yaml:5: wdth=2: is not a key here",
                "name: a;task: ranker;model: {width: 1, wide: 2} | run.yaml:3: model.wide=2: is not a key here",
                "name: a;task: ranker;model: 7 | run.yaml:3: model=7: must be a section",
                "name: a;task: ranker | model=: is missing",
                "name: a;name: b;task: ranker | run.yaml:2: name=b: is there twice",
                "name: a;task: ranker;model: {width: 1};gates: [{metric: x}] | gates[0].min=: is missing",
                "name: a;task: [ | is no YAML",
                "name: !!javax.script.ScriptEngineManager [];task: ranker | run.yaml:1: is no YAML",
                "a | run.yaml:1: file=a: must be a section",
            })
    void whatIsWrongIsSaidWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> read(text.replace(";", "\n")))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.INVALID_INPUT))
                .hasMessageContaining(message);
    }

    @Test
    void bombsAndGiantsAreRefused() throws Exception {
        String deep = "a: " + "[".repeat(1_000) + "]".repeat(1_000);
        assertThatThrownBy(() -> Settings.parse("f", deep)).isInstanceOf(TrainingException.class);
        Path large = Files.writeString(root.resolve("large.yaml"), "a: " + "b".repeat(1 << 20));
        assertThatThrownBy(() -> Settings.read(large)).hasMessageContaining("must be at most");
        Path binary = Files.write(root.resolve("b.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Settings.read(binary)).isInstanceOf(TrainingException.class);
        assertThatThrownBy(() -> Settings.read(root.resolve("none.yaml")))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.NOT_FOUND));
        assertThatThrownBy(() -> Settings.parse("f", "")).hasMessageContaining("f:1: is empty");
        assertThat(Settings.parse("f", "a: [x]").texts("a")).isEqualTo(List.of("x"));
    }
}
