package com.acme.orchestrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A demo convinces only as long as its host does not know what it is being shown with. */
@AnalyzeClasses(packages = "com.acme", importOptions = DoNotIncludeTests.class)
class WallsTest {
    @ArchTest
    static final ArchRule nothingHereKnowsTheAgent =
            noClasses().should().dependOnClassesThat().resideInAPackage("dev.sessionttl..");

    @ArchTest
    static final ArchRule theOrchestratorKnowsNothingOfTheNight = noClasses()
            .that()
            .resideInAPackage("com.acme.orchestrator")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.acme.orchestrator.night", "com.acme");
}
