package org.pipservices3.redis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The layers that ARCHITECTURE.md draws, and the few types that users see. */
class LayersTest {

  private static final String ROOT = "org.pipservices3.redis";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final List<String> FOR_USERS =
      List.of(
          "RedisException",
          "build.DefaultRedisFactory",
          "cache.RedisCache",
          "connect.RedisConnection",
          "connect.RedisOptions",
          "lock.LockLease",
          "lock.RedisLock");

  /** What cache and lock use of connect: public to the compiler, no part of the API. */
  private static final List<String> BETWEEN_PACKAGES =
      List.of(
          "connect.Connector",
          "connect.Errors",
          "connect.KeyTracking",
          "connect.RedisCommands",
          "connect.Script",
          "connect.Ttl");

  @Test
  void connect_dependsOnNeitherCacheNorLock() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".connect..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".cache..", ROOT + ".lock..", ROOT + ".build..")
        .check(MAIN);
  }

  @Test
  void cacheAndLock_doNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".cache..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".lock..", ROOT + ".build..")
        .check(MAIN);
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".lock..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".cache..", ROOT + ".build..")
        .check(MAIN);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void jedis_isTouchedByConnectOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".connect..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("redis.clients..")
        .check(MAIN);
    assertThat(MAIN).anyMatch(LayersTest::usesJedis);
  }

  @Test
  void container_isNotNeeded() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.pipservices3.container..", "redis.embedded..")
        .check(MAIN);
  }

  @Test
  void publicTypes_areThePinnedOnes() {
    assertThat(MAIN)
        .filteredOn(JavaClass::isTopLevelClass)
        .filteredOn(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .extracting(type -> type.getName().substring(ROOT.length() + 1))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(FOR_USERS, BETWEEN_PACKAGES).flatMap(List::stream).toList());
  }

  @Test
  void packages_areNullMarked() {
    Set<JavaPackage> packages = MAIN.getPackage(ROOT).getSubpackagesInTree();
    assertThat(packages)
        .extracting(JavaPackage::getName)
        .containsAll(List.of(ROOT + ".build", ROOT + ".cache", ROOT + ".connect", ROOT + ".lock"));
    assertThat(packages).allMatch(each -> each.isAnnotatedWith(NullMarked.class));
    assertThat(MAIN.getPackage(ROOT).isAnnotatedWith(NullMarked.class)).isTrue();
  }

  private static boolean usesJedis(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(use -> use.getTargetClass().getPackageName().startsWith("redis.clients"));
  }
}
