package dev.mobula.retrieval;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.mobula.testing.House;

@AnalyzeClasses(
        packages = "dev.mobula.retrieval",
        importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest static final ArchRule arrowsPointDown = House.knowsNothingAbove("retrieval");

    @ArchTest static final ArchRule isAPlainLibrary = House.isAPlainLibrary("retrieval");
}
