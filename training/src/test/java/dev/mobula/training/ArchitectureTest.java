package dev.mobula.training;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.mobula.testing.House;

@AnalyzeClasses(
        packages = "dev.mobula.training",
        importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest static final ArchRule arrowsPointDown = House.knowsNothingAbove("training");

    @ArchTest static final ArchRule isAPlainLibrary = House.isAPlainLibrary("training");
}
