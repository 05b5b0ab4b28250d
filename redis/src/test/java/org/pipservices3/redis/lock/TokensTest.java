package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokensTest {

  @Test
  void next_always_has32LowerCaseHexDigits() {
    Tokens tokens = new Tokens();
    for (int i = 0; i < 1_000; i++) {
      assertThat(tokens.next()).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void next_fromManyThreads_neverRepeats() {
    Tokens tokens = new Tokens();
    Set<String> made =
        IntStream.range(0, 200_000)
            .parallel()
            .mapToObj(i -> tokens.next())
            .collect(Collectors.toSet());
    assertThat(made).hasSize(200_000);
  }

  @Test
  void next_ofTwoComponents_differsInBothHalves() {
    Set<String> halves = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String token = new Tokens().next();
      halves.add(token.substring(0, 16));
      halves.add(token.substring(16));
    }
    assertThat(halves).hasSize(200);
  }
}
