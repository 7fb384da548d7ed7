package dev.mobula.actors.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JvmFlagsTest {
    @Test
    void areThoseOfThisVeryJvm() {
        assertThat(JvmFlags.all())
                .hasSizeGreaterThan(10)
                .isSubsetOf(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    @Test
    void methodsTheyNameAreThere() throws ClassNotFoundException {
        List<String> named =
                JvmFlags.all().stream()
                        .filter(flag -> flag.startsWith("-XX:CompileCommand=dontinline,"))
                        .map(flag -> flag.substring(flag.indexOf(',') + 1))
                        .toList();
        assertThat(named).isNotEmpty();
        for (String method : named) {
            String[] parts = method.split("::", 2);
            assertThat(Class.forName(parts[0]).getDeclaredMethods())
                    .as(method)
                    .anyMatch(it -> it.getName().equals(parts[1]));
        }
    }
}
