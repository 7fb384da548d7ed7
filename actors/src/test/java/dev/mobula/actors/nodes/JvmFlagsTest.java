package dev.mobula.actors.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

final class JvmFlagsTest {
    @Test
    void areThoseOfThisVeryJvm() {
        assertThat(JvmFlags.all())
                .hasSizeGreaterThan(10)
                .isSubsetOf(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }
}
