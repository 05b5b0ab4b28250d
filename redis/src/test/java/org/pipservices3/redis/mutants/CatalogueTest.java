package org.pipservices3.redis.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A mistake whose place or test is gone checks nothing. */
class CatalogueTest {

  static Stream<Catalogue.Entry> entries() {
    return Catalogue.read().stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void entry_isAbout_whatIsThere(Catalogue.Entry entry) throws Exception {
    assertThat(entry.mutant().text()).isNotEmpty();
    assertThatCode(() -> NamedTest.method(entry.test())).doesNotThrowAnyException();
  }

  @Test
  void names_areUnique() {
    assertThat(entries().map(Catalogue.Entry::name)).doesNotHaveDuplicates();
  }
}
