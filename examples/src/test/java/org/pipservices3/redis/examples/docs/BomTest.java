package org.pipservices3.redis.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;

/** The BOM has the versions that this build was tested with, and README's block is in use. */
class BomTest {
  private static final Path ROOT = Documents.root();
  private static final Map<String, String> MANAGED =
      Map.of(
          "pip-services3-commons", "pip.commons.version",
          "pip-services3-expressions", "pip.expressions.version",
          "pip-services3-components", "pip.components.version",
          "pip-services3-container", "pip.container.version",
          "jackson-bom", "jackson.version",
          "snakeyaml", "snakeyaml.version");

  private final XPath xpath = XPathFactory.newInstance().newXPath();

  static Stream<Path> consumers() throws Exception {
    try (Stream<Path> folders = Files.list(ROOT.resolve(".ci/consumers"))) {
      return folders.map(each -> each.resolve("pom.xml")).filter(Files::exists).toList().stream();
    }
  }

  @Test
  void bom_managesWhatTheParentDoes() throws Exception {
    Document parent = pom("pom.xml");
    Document bom = pom("bom/pom.xml");
    assertThat(text("/project/version", bom)).isEqualTo(text("/project/version", parent));
    for (Map.Entry<String, String> each : MANAGED.entrySet()) {
      assertThat(text("//dependency[artifactId='" + each.getKey() + "']/version", bom))
          .as(each.getKey())
          .isEqualTo(text("/project/properties/" + each.getValue(), parent))
          .isNotEmpty();
    }
    assertThat(text("count(/project/dependencyManagement//dependency)", bom))
        .isEqualTo(String.valueOf(MANAGED.size() + 1));
  }

  @ParameterizedTest
  @MethodSource("consumers")
  void consumers_everyOne_takesThisVersion(Path consumer) throws Exception {
    String version = text("/project/version", pom("pom.xml"));
    String ours = "//dependency[starts-with(artifactId, 'pip-services3-redis')]/version";
    assertThat(text(ours, pom(consumer.toString()))).isEqualTo(version);
  }

  @Test
  void block_ofReadme_isWhatAConsumerHas() throws Exception {
    String block =
        Documents.blocks(ROOT.resolve("README.md"), "xml").stream()
            .filter(each -> each.contains("pip-services3-redis-bom"))
            .findFirst()
            .orElseThrow();
    String management = block.substring(0, block.indexOf("</dependencyManagement>"));
    assertThat(Files.readString(ROOT.resolve(".ci/consumers/container-first/pom.xml")))
        .containsIgnoringWhitespaces(management);
  }

  private String text(String path, Document document) throws Exception {
    return xpath.evaluate(path, document);
  }

  private static Document pom(String path) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(ROOT.resolve(path).toFile());
  }
}
