package dev.mobula.actors;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.mobula.testing.House;

@AnalyzeClasses(
        packages = "dev.mobula.actors",
        importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest static final ArchRule arrowsPointDown = House.knowsNothingAbove("actors");

    @ArchTest
    static final ArchRule onlyOnePackageKnowsRay = House.onlyKnowsRay("dev.mobula.actors.ray..");
}
