package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the planted bugs change is still in the sources. */
class PlantedBugTest {

  static Stream<PlantedBug> bugs() {
    return Stream.concat(CacheMutantsProof.bugs(), LockMutantsProof.bugs());
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void bug_canBePlanted(PlantedBug bug) throws IOException {
    assertThat(bug.mutant().text()).isNotBlank();
  }
}
