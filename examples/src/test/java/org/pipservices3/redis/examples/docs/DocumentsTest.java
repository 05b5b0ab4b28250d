package org.pipservices3.redis.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * Every Java block of README.md and docs/ is a piece of a test or of what a test runs, so that what
 * the documents show compiles and does what they say; and what they tell users to depend on is this
 * project.
 */
class DocumentsTest {
  private static final String LIBRARY = "pip-services3-redis";

  /** The tutorial's code in its order; the dependency before it makes sixteen. */
  private static final List<String> TUTORIAL =
      List.of(
          "tutorial:cache-import",
          "tutorial:cache-create",
          "tutorial:cache-open",
          "tutorial:cache-close",
          "tutorial:cache-store",
          "tutorial:cache-retrieve",
          "tutorial:cache-remove",
          "tutorial:lock-import",
          "tutorial:lock-create",
          "tutorial:lock-open",
          "tutorial:lock-close",
          "tutorial:lock-try-acquire",
          "tutorial:lock-acquire",
          "tutorial:lock-release",
          "tutorial:lock-example");

  private final Path root = Documents.root();
  private final XPath xpath = XPathFactory.newInstance().newXPath();

  static Stream<Path> documents() throws Exception {
    return Documents.all().stream();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void javaBlocks_ofEveryDocument_areRegionsOfTests(Path document) throws Exception {
    assertThat(regions().values()).containsAll(Documents.blocks(document, "java"));
  }

  @Test
  void regions_ofAllTests_areShownInSomeDocument() throws Exception {
    List<String> shown = new ArrayList<>();
    for (Path document : Documents.all()) {
      shown.addAll(Documents.blocks(document, "java"));
    }

    assertThat(shown).containsAll(regions().values());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void recipes_everyPage_fitsOnAScreen(Path document) throws Exception {
    if (document.getParent().endsWith("docs/recipes")) {
      assertThat(Files.readAllLines(document)).hasSizeLessThanOrEqualTo(40);
    }
  }

  @Test
  void javaBlocks_ofTutorial_areItsRegionsInOrder() throws Exception {
    List<String> expected = TUTORIAL.stream().map(regions()::get).toList();

    assertThat(Documents.blocks(root.resolve("docs/tutorial.md"), "java"))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void dependency_ofTutorial_isShown() throws Exception {
    assertThat(Documents.blocks(root.resolve("docs/tutorial.md"), "xml"))
        .singleElement()
        .asString()
        .contains(LIBRARY);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void dependencies_onTheLibrary_areThoseOfItsPom(Path document) throws Exception {
    Document pom = parse(Files.readString(root.resolve("redis/pom.xml")));
    String group = text("/project/parent/groupId", pom);
    String version = text("/project/parent/version", pom);
    assertThat(text("/project/artifactId", pom)).isEqualTo(LIBRARY);

    for (String block : Documents.blocks(document, "xml")) {
      NodeList ours =
          nodes(
              "//dependency[starts-with(artifactId, '" + LIBRARY + "')]",
              parse("<shown>" + block + "</shown>"));
      boolean managed = block.contains("<artifactId>" + LIBRARY + "-bom</artifactId>");
      for (int i = 0; i < ours.getLength(); i++) {
        boolean needsNone = managed && text("artifactId", ours.item(i)).equals(LIBRARY);
        assertThat(text("groupId", ours.item(i))).isEqualTo(group);
        assertThat(text("version", ours.item(i))).isEqualTo(needsNone ? "" : version);
      }
    }
  }

  private Map<String, String> regions() throws Exception {
    return MarkedRegions.under(root.resolve("examples/src")).byName();
  }

  private String text(String path, Node node) throws Exception {
    return xpath.evaluate(path, node);
  }

  private NodeList nodes(String path, Node node) throws Exception {
    return (NodeList) xpath.evaluate(path, node, XPathConstants.NODESET);
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }
}
