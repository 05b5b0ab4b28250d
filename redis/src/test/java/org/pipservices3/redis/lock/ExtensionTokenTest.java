package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtensionTokenTest {
  private static final String FIRST = new Tokens().next();

  private final ExtensionToken token = new ExtensionToken(FIRST);

  @Test
  void next_allAnswered_staysTheSame() {
    assertThat(token.next(100)).isEqualTo(FIRST);
    assertThat(token.next(10)).isEqualTo(FIRST);
    assertThat(token.next(1_000)).isEqualTo(FIRST);
  }

  @Test
  void next_notLongerThanWhatIsUnanswered_staysTheSame() {
    token.unanswered(100);
    assertThat(token.next(100)).isEqualTo(FIRST);
    assertThat(token.next(10)).isEqualTo(FIRST);
  }

  @Test
  void next_longerThanTheShortestUnanswered_isOneYounger() {
    token.unanswered(100);
    token.unanswered(1_000);
    String second = token.next(101);
    assertThat(second).isEqualTo(Tokens.nextGeneration(FIRST)).isGreaterThan(FIRST);
    assertThat(second).startsWith(FIRST.substring(0, 24));
    assertThat(token.next(1_000)).isEqualTo(second);
  }

  @Test
  void next_unansweredAgain_isYoungerAgain() {
    for (int i = 0; i < 300; i++) {
      token.unanswered(1);
      String before = token.next(1);
      assertThat(token.next(2)).isGreaterThan(before).matches("[0-9a-f]{32}");
    }
  }
}
