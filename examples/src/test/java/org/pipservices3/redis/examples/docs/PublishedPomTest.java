package org.pipservices3.redis.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** What is published says what Maven Central asks for, and one version everywhere. */
class PublishedPomTest {
  private static final Path ROOT = Documents.root();
  private static final List<String> OF_EACH = List.of("name", "description");
  private static final List<String> INHERITED =
      List.of(
          "url",
          "organization/url",
          "licenses/license/name",
          "licenses/license/url",
          "developers/developer/name",
          "scm/connection",
          "scm/developerConnection",
          "scm/url",
          "issueManagement/url");
  private static final List<String> RELEASE_PLUGINS =
      List.of("maven-gpg-plugin", "central-publishing-maven-plugin");

  private final XPath xpath = XPathFactory.newInstance().newXPath();

  @ParameterizedTest
  @ValueSource(strings = {"pom.xml", "bom/pom.xml", "redis/pom.xml"})
  void pom_ofEachArtifact_saysWhatItIs(String path) throws Exception {
    assertThat(values(OF_EACH, path)).doesNotContain("");
  }

  @Test
  void parent_saysWhereTheProjectIs() throws Exception {
    assertThat(values(INHERITED, "pom.xml")).doesNotContain("");
  }

  @Test
  void bom_saysTheSame_sinceItInheritsNothing() throws Exception {
    assertThat(values(INHERITED, "bom/pom.xml")).isEqualTo(values(INHERITED, "pom.xml"));
  }

  @Test
  void module_inheritsThatUnchanged() throws Exception {
    assertThat(values(INHERITED, "redis/pom.xml")).containsOnly("");
    assertThat(value("project/parent/artifactId", "redis/pom.xml"))
        .isEqualTo(value("project/artifactId", "pom.xml"));
    for (String attribute :
        List.of(
            "project/@child.project.url.inherit.append.path",
            "project/scm/@child.scm.connection.inherit.append.path",
            "project/scm/@child.scm.developerConnection.inherit.append.path",
            "project/scm/@child.scm.url.inherit.append.path")) {
      assertThat(value(attribute, "pom.xml")).as(attribute).isEqualTo("false");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"examples/pom.xml", "benchmarks/pom.xml"})
  void pom_ofWhatIsNotPublished_skipsEveryStep(String path) throws Exception {
    for (String step :
        List.of("maven.install.skip", "maven.deploy.skip", "gpg.skip", "skipPublishing")) {
      assertThat(value("project/properties/" + step, path)).as(step).isEqualTo("true");
    }
  }

  @Test
  void releasePlugins_haveOneVersion() throws Exception {
    for (String plugin : RELEASE_PLUGINS) {
      String version = "//pluginManagement//plugin[artifactId='" + plugin + "']/version";
      assertThat(value(version, "bom/pom.xml")).isEqualTo(value(version, "pom.xml")).isNotEmpty();
    }
  }

  @Test
  void component_hasTheVersionAndTheArtifact() throws Exception {
    assertThat(Files.readString(ROOT.resolve("component.json")))
        .contains("\"version\": \"" + value("project/version", "pom.xml") + "\"")
        .contains("\"name\": \"" + value("project/artifactId", "redis/pom.xml") + "\"");
  }

  private List<String> values(List<String> fields, String path) throws Exception {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      values.add(value("project/" + field, path));
    }
    return values;
  }

  private String value(String expression, String path) throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(ROOT.resolve(path).toFile());
    return xpath.evaluate(expression, pom);
  }
}
