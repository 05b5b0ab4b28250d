package org.pipservices3.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is published: a jar with the driver inside, a POM without it, and an SBOM that tells. */
class JarIT {
  private static final String ROOT = "org.pipservices3.redis";
  private static final String DRIVER = ROOT + ".internal.driver.";
  private static final String LICENSES = "META-INF/licenses/";

  private JarFile jar;

  @BeforeEach
  void openJar() throws IOException {
    jar = new JarFile(built("tests.jar").toFile());
  }

  @AfterEach
  void closeJar() throws IOException {
    jar.close();
  }

  @Test
  void jar_hasOurClassesOnly() {
    assertThat(names(".class")).isNotEmpty().allMatch(name -> name.startsWith(path(ROOT)));
  }

  @Test
  void classes_nameNothingThatWasMoved() throws IOException {
    for (String name : names(".class")) {
      assertThat(new String(bytes(name), ISO_8859_1))
          .as(name)
          .doesNotContain("redis/clients", "commons/pool2", "com/google/gson", "org/json");
    }
  }

  @Test
  void driver_isWhole() {
    Set<String> there = classes().stream().map(JavaClass::getName).collect(toSet());
    Set<String> used =
        classes().stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(use -> use.getTargetClass().getBaseComponentType().getName())
            .filter(name -> name.startsWith(DRIVER))
            .collect(toSet());
    assertThat(used).isNotEmpty().isSubsetOf(there);
  }

  @Test
  void publicTypesOutsideInternal_areTheApi() {
    assertThat(LayersTest.api(classes()))
        .extracting(JavaClass::getName)
        .containsExactlyInAnyOrderElementsOf(
            LayersTest.api().stream().map(Class::getName).toList());
  }

  @Test
  void licenses_ofAllThatIsInside_areThere() throws IOException {
    Set<String> moved = new TreeSet<>();
    for (String name : names(".class")) {
      if (name.startsWith(path(DRIVER))) {
        moved.add(name.substring(path(DRIVER).length()).replaceAll("/.*", ""));
      }
    }
    StringBuilder texts = new StringBuilder();
    for (String name : names(".txt")) {
      texts.append(name.startsWith(LICENSES) ? new String(bytes(name), UTF_8) : "");
    }
    assertThat(moved).isNotEmpty();
    assertThat(texts).contains(moved.stream().map(part -> DRIVER + part).toList());
    assertThat(names("LICENSE.txt")).isEmpty();
  }

  @Test
  void manifest_hasTheModulesName() throws IOException {
    assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
        .isEqualTo(ROOT);
  }

  @Test
  void pom_namesWhatIsNotInside() throws Exception {
    assertThat(dependencies(built("tests.pom")))
        .containsExactlyInAnyOrder(
            "pip-services3-components",
            "pip-services3-commons",
            "pip-services3-expressions",
            "jackson-dataformat-yaml",
            "jackson-databind",
            "jackson-datatype-jdk8",
            "jackson-datatype-jsr310",
            "caffeine",
            "jspecify",
            "slf4j-api");
  }

  @Test
  void pom_keepsWhatItSaysOfItself() throws IOException {
    assertThat(Files.readString(built("tests.pom")))
        .contains(
            "<artifactId>pip-services3-redis-parent</artifactId>",
            "<name>Pip.Services Redis</name>",
            "<description>");
  }

  @Test
  void sbom_namesWhatIsInside() throws IOException {
    JsonNode components =
        new ObjectMapper().readTree(built("tests.sbom").toFile()).at("/components");
    assertThat(components.findValuesAsText("name"))
        .contains("jedis", "commons-pool2", "redis-authx-core", "caffeine", "jackson-databind");
  }

  private JavaClasses classes() {
    return new ClassFileImporter().importJar(jar);
  }

  private List<String> names(String ending) {
    return jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(ending)).toList();
  }

  private byte[] bytes(String name) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  private static String path(String name) {
    return name.replace('.', '/');
  }

  private static Path built(String property) {
    return Path.of(
        Objects.requireNonNull(System.getProperty(property), "made and named by mvn verify"));
  }

  private static List<String> dependencies(Path pom) throws Exception {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    List<String> names = new ArrayList<>();
    NodeList all = project.getElementsByTagName("dependency");
    for (int i = 0; i < all.getLength(); i++) {
      Element each = (Element) all.item(i);
      if (each.getParentNode().getParentNode() == project && !text(each, "scope").equals("test")) {
        names.add(text(each, "artifactId"));
      }
    }
    return names;
  }

  private static String text(Element dependency, String name) {
    return dependency.getElementsByTagName(name).item(0).getTextContent();
  }
}
