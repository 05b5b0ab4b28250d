package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.CommandArguments;

class ConfirmationTest {

  @ParameterizedTest
  @CsvSource({
    "60000, 2000, 1000",
    "2000, 2000, 1000",
    "1999, 2000, 512",
    "1024, 2000, 512",
    "1023, 2000, 256",
    "3, 2000, 1",
    "1, 2000, 1",
    "60000, 1, 1"
  })
  void of_ttlAndTimeout_isShorterThanBoth(long ttl, int commandTimeout, long millis) {
    assertThat(words(Confirmation.of(2, ttl, commandTimeout))).isEqualTo("WAIT 2 " + millis);
  }

  @Test
  void of_noReplicas_isNone() {
    assertThat(Confirmation.of(0, 60_000, 2_000)).isNull();
    assertThat(Confirmation.within(60_000, 0)).isNull();
  }

  /** WAIT 1 0 blocks for ever. */
  @Test
  void within_noTime_isAMillisecond() {
    assertThat(words(Confirmation.within(0, 1))).isEqualTo("WAIT 1 1");
  }

  @Test
  void isGivenBy_asManyAsWantedOrMore() {
    Confirmation two = Confirmation.within(100, 2);
    assertThat(two).isNotNull();
    assertThat(two.isGivenBy(1L)).isFalse();
    assertThat(two.isGivenBy(2L)).isTrue();
    assertThat(two.isGivenBy(3L)).isTrue();
    assertThat(two.isGivenBy(null)).isFalse();
  }

  private static String words(@Nullable Confirmation confirmation) {
    assertThat(confirmation).isNotNull();
    return words(confirmation.command());
  }

  static String words(CommandArguments command) {
    return String.join(
        " ",
        StreamSupport.stream(command.spliterator(), false)
            .map(each -> new String(each.getRaw(), UTF_8))
            .toList());
  }
}
