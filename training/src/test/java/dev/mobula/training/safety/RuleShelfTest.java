package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuleShelfTest {
    @TempDir private Path folder;

    private RuleShelf shelf;

    @BeforeEach
    void open() {
        shelf = RuleShelf.open(folder, InstantSource.system());
    }

    private void promoted(String source) {
        shelf.shadow(source, "");
        shelf.tested(source, 100, List.of());
        shelf.promote("");
    }

    @Test
    void rulesActAfterShadowAndBackTestAndGoBackOneStepAtATime() {
        promoted("one");
        promoted("two");
        promoted("three");
        assertThat(shelf.active().orElseThrow().source()).isEqualTo("three");
        assertThat(shelf.rollback("wrong")).isEqualTo(2);
        promoted("four");
        assertThat(shelf.rollback("wrong")).isEqualTo(2);
        assertThat(shelf.rollback("wrong")).isEqualTo(1);
        RuleShelf again = RuleShelf.open(folder, InstantSource.system());
        assertThat(again.active().orElseThrow().source()).isEqualTo("one");
        assertThat(again.rollback("all wrong")).isZero();
        assertThat(again.active()).isEmpty();
        assertThatThrownBy(() -> again.rollback("")).hasMessageContaining("nothing to go back");
    }

    @Test
    void whatWasNotTestedOrStoppedItselfIsNotPromoted() {
        assertThatThrownBy(() -> shelf.promote("")).hasMessageContaining("into the shadow first");
        shelf.shadow("wide", "");
        assertThatThrownBy(() -> shelf.promote("")).hasMessageContaining("not back-tested");
        shelf.tested("wide", 10, List.of("flood"));
        assertThatThrownBy(() -> shelf.promote(""))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("flood");
        assertThat(shelf.active()).isEmpty();
    }

    @Test
    void theSameRulesAreOneVersionAndAChangedFileIsNoticed() throws IOException {
        assertThat(shelf.shadow("one", "").number()).isEqualTo(1);
        assertThat(shelf.shadow("two", "").number()).isEqualTo(2);
        assertThat(shelf.shadow("one", "").number()).isEqualTo(1);
        Files.writeString(folder.resolve("1.rules"), "other");
        assertThatThrownBy(() -> shelf.shadow()).hasMessageContaining("was changed");
    }
}
