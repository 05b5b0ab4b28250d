package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pipservices3.redis.mutants.Mutant;
import org.pipservices3.redis.proof.history.Violation;

/**
 * A component that is broken on purpose, and the promise that the checker must find broken: in one
 * short run mostly, in one of six for sure, since the dice may strike where it does not hurt.
 *
 * @param disasters what the run has, by the beginning of their names
 */
record PlantedBug(String name, String promise, List<String> disasters, Mutant mutant) {
  private static final int ATTEMPTS = 6;
  private static final int SECONDS = 15;

  /** One in a source file, as pairs of what is there and what is put in its place. */
  static PlantedBug of(
      String name, String promise, List<String> disasters, String source, String... edits) {
    Map<String, String> wrongs = new HashMap<>();
    for (int i = 0; i < edits.length; i += 2) {
      wrongs.put(edits[i], edits[i + 1]);
    }
    return new PlantedBug(name, promise, disasters, new Mutant(source, wrongs));
  }

  /** Runs with it until the promise was found broken. */
  void find() throws Exception {
    String classPath = mutant.classPath(name);
    List<String> broken = List.of();
    for (int i = 0; i < ATTEMPTS && !broken.contains(promise); i++) {
      try (Site site = new StandaloneSite()) {
        broken =
            new Run(name, classPath)
                .check(site, SECONDS, disasters).stream().map(Violation::promise).toList();
      }
    }
    assertThat(broken).contains(promise);
  }

  @Override
  public String toString() {
    return name;
  }
}
