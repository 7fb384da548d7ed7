package dev.mobula.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/// The rules of the house: which room may know which.
public final class House {
    private static final List<String> ROOMS_FROM_THE_GROUND_UP =
            List.of("retrieval", "ranking", "training", "actors", "cluster");

    private House() {}

    /// The given room knows none of the rooms above it.
    public static ArchRule knowsNothingAbove(String room) {
        String[] above =
                ROOMS_FROM_THE_GROUND_UP.stream()
                        .skip(ROOMS_FROM_THE_GROUND_UP.indexOf(room) + 1L)
                        .map(House::packagesOf)
                        .toArray(String[]::new);
        return forbid(packagesOf(room), above);
    }

    /// The libraries below `actors` know nothing of Ray, and none of HTTP.
    public static ArchRule isAPlainLibrary(String room) {
        return forbid(packagesOf(room), "io.ray..", "io.helidon..");
    }

    /// Only the given package may import Ray.
    public static ArchRule onlyKnowsRay(String owner) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(owner)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.ray..");
    }

    private static ArchRule forbid(String from, String... packages) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .allowEmptyShould(true);
    }

    private static String packagesOf(String room) {
        return "dev.mobula." + room + "..";
    }
}
