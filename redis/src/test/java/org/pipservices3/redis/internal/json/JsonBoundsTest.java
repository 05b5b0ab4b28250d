package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pipservices3.redis.internal.command.RedisCommands;

/** Which JSON is parsed again after it was written: only what may be beyond a bound. */
class JsonBoundsTest {
  private static final int LONGEST_NUMBER = 1_000;
  private static final int LONGEST_NAME = 50_000;

  @Test
  void maxBytes_isTheLongestReply() {
    assertThat(JsonBounds.MAX_BYTES).isEqualTo(RedisCommands.MAX_VALUE);
  }

  @Test
  void mayBeExceeded_numberAnywhere_onlyIfItIsTooLong() {
    for (int before = 0; before <= LONGEST_NUMBER + 1; before++) {
      String padding = "x".repeat(before);
      String longest = "7".repeat(LONGEST_NUMBER);
      assertThat(mayBeExceeded(padding + longest + "x")).as("after %d", before).isFalse();
      assertThat(mayBeExceeded(padding + longest + "7")).as("after %d", before).isTrue();
    }
  }

  @Test
  void mayBeExceeded_everyCharacterOfANumber_counts() {
    for (char c : "0123456789+-.eE".toCharArray()) {
      assertThat(mayBeExceeded(run(c))).as("%s", c).isTrue();
    }
    for (char c : "/:xX\", ".toCharArray()) {
      assertThat(mayBeExceeded(run(c))).as("%s", c).isFalse();
    }
  }

  @Test
  void mayBeExceeded_longerThanTheLongestName_isTrue() {
    assertThat(mayBeExceeded("x".repeat(LONGEST_NAME))).isFalse();
    assertThat(mayBeExceeded("x".repeat(LONGEST_NAME + 1))).isTrue();
  }

  private static String run(char c) {
    return String.valueOf(c).repeat(LONGEST_NUMBER + 1);
  }

  private static boolean mayBeExceeded(String json) {
    return JsonBounds.mayBeExceeded(json.getBytes(US_ASCII));
  }
}
