package org.pipservices3.redis.internal.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.internal.wire.OversizedReply;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** What is expected of a reply by those before it, at the bounds of small, large and too large. */
class ReplySizesTest {
  private static final int NEW_KEY = ReplySizes.BUDGET / 4;
  private static final int SMALL = 64;
  private static final int NO_READ = 64;
  private final ReplySizes sizes = new ReplySizes();

  @Test
  void estimate_newKey_allowsForFourOfThemInABatch() {
    assertThat(sizes.estimate(get("key"))).isEqualTo(NEW_KEY);
  }

  @Test
  void estimate_commandThatReadsNothing_isSmall() {
    assertThat(sizes.estimate(set("key", 100_000))).isEqualTo(NO_READ);
  }

  @Test
  void estimate_severalCommands_isTheirSum() {
    sizes.received(get("known"), new byte[1_000]);
    sizes.received(get("other"), new byte[3_000]);
    CommandArguments known = command(Command.GET, "known");
    CommandArguments other = command(Command.GET, "other");
    CommandArguments ttl = command(Command.PTTL, "known");

    assertThat(sizes.estimate(new Call(known, List.of(ttl), false))).isEqualTo(1_024 + NO_READ);
    assertThat(sizes.estimate(new Call(ttl, List.of(known), false))).isEqualTo(NO_READ + 1_024);
    assertThat(sizes.estimate(new Call(known, List.of(other, ttl), false)))
        .isEqualTo(1_024 + 4_096 + NO_READ);
  }

  @Test
  void estimate_knownKey_isTheNextPowerOfTwo() {
    sizes.received(get("key"), new byte[1_023]);
    assertThat(sizes.estimate(get("key"))).isEqualTo(1_024);
    sizes.received(get("key"), new byte[1_024]);
    assertThat(sizes.estimate(get("key"))).isEqualTo(2_048);
  }

  @Test
  void estimate_missingOrTinyValue_isTheLeast() {
    sizes.received(get("missing"), null);
    sizes.received(get("tiny"), new byte[1]);
    sizes.received(get("least"), new byte[SMALL - 1]);
    sizes.received(get("more"), new byte[SMALL]);
    assertThat(sizes.estimate(get("missing"))).isEqualTo(SMALL);
    assertThat(sizes.estimate(get("tiny"))).isEqualTo(SMALL);
    assertThat(sizes.estimate(get("least"))).isEqualTo(SMALL);
    assertThat(sizes.estimate(get("more"))).isEqualTo(2 * SMALL);
  }

  @Test
  void estimate_valueBecameSmall_fallsStepByStep() {
    sizes.received(get("key"), new byte[4_000]);
    sizes.received(get("key"), new byte[1]);
    assertThat(sizes.estimate(get("key"))).isEqualTo(2_048);
    sizes.received(get("key"), null);
    assertThat(sizes.estimate(get("key"))).isEqualTo(1_024);
    sizes.received(get("notLarge"), new byte[Wire.LARGE - 1]);
    sizes.received(get("notLarge"), null);
    assertThat(sizes.estimate(get("notLarge"))).isEqualTo(Wire.LARGE / 2);
  }

  @Test
  void estimate_valueBecameLarger_countsAtOnce() {
    sizes.received(get("key"), new byte[1]);
    sizes.received(get("key"), new byte[50_000]);
    assertThat(sizes.estimate(get("key"))).isEqualTo(65_536);
  }

  @Test
  void estimate_newKeysWereSmallForLong_moreAreAskedForAtOnceUntilALargeOne() {
    readNewKeys(0, 4 * 1_024);
    assertThat(sizes.estimate(get("new"))).isEqualTo(NEW_KEY);
    sizes.received(get("one more"), null);
    assertThat(sizes.estimate(get("new"))).isEqualTo(NEW_KEY / 2);
    sizes.received(get("not large"), new byte[Wire.LARGE]);
    assertThat(sizes.estimate(get("new"))).isEqualTo(NEW_KEY / 2);

    for (String key : List.of("large", "another")) {
      sizes.received(get(key), new byte[Wire.LARGE + 1]);
      assertThat(sizes.estimate(get("new"))).isEqualTo(NEW_KEY);
    }
  }

  @Test
  void estimate_anyNumberOfNewKeysWereNotLarge_asksForSixtyFourAtMost() {
    readNewKeys(0, 300_000);
    assertThat(sizes.estimate(get("new"))).isEqualTo(ReplySizes.BUDGET / 64);
  }

  @Test
  void isLarge_keyWithTheSameSlotOfTheTable_isNotMistakenForIt() {
    sizes.note(get("key").keyHash() ^ (1 << 20), 2 * Wire.LARGE);

    assertThat(sizes.isLarge(get("key"))).isFalse();
    assertThat(sizes.estimate(get("key"))).isEqualTo(NEW_KEY);
  }

  @Test
  void isLarge_afterALargeReply_isTrue() {
    sizes.received(get("key"), new byte[Wire.LARGE - 1]);
    assertThat(sizes.isLarge(get("key"))).isFalse();
    sizes.received(get("key"), new byte[Wire.LARGE + 1]);
    assertThat(sizes.isLarge(get("key"))).isTrue();
  }

  /** A small reply over another connection may be older than the large value. */
  @Test
  void isLarge_smallRepliesElsewhere_staysLarge() {
    sizes.received(get("key"), new byte[2 * Wire.LARGE]);
    for (int i = 0; i < 2_000; i++) {
      sizes.received(get("key"), null);
    }

    assertThat(sizes.isLarge(get("key"))).isTrue();
  }

  @Test
  void isLarge_largeValueBecameSmall_fallsOncePer256RepliesOfItsConnections() {
    sizes.note(ReplySizes.hash(command(Command.GET, "key")), 4 * Wire.LARGE - 1);
    ReplySizes ofLarge = sizes.forLarge();

    ofLarge.received(get("key"), new byte[1]);
    assertThat(sizes.estimate(get("key"))).isEqualTo(2 * Wire.LARGE);
    for (int i = 1; i < 256; i++) {
      ofLarge.received(get("key"), new byte[1]);
      assertThat(sizes.isLarge(get("key"))).isTrue();
    }
    ofLarge.received(get("key"), new byte[1]);
    assertThat(sizes.isLarge(get("key"))).isFalse();
  }

  @Test
  void isLarge_valueToBeWritten_isKnownBeforeAnybodyReadsIt() {
    sizes.sending(set("key", Wire.LARGE + 1));
    sizes.sending(set("small", Wire.LARGE));

    assertThat(sizes.isLarge(get("key"))).isTrue();
    assertThat(sizes.estimate(get("small"))).isEqualTo(NEW_KEY);
  }

  @Test
  void received_largeWrite_isNoted() {
    sizes.received(set("key", Wire.LARGE + 1), "OK".getBytes(UTF_8));
    assertThat(sizes.isLarge(get("key"))).isTrue();
  }

  @Test
  void sending_otherCommandWithLargeArguments_isNoValueOfTheKey() {
    sizes.sending(
        new Call(new CommandArguments(Command.DEL).add("key").add(new byte[Wire.LARGE + 1])));
    assertThat(sizes.estimate(get("key"))).isEqualTo(NEW_KEY);
  }

  @Test
  void isLarge_write_isSoByItsArguments() {
    int others = "SET".length() + "key".length();
    assertThat(sizes.isLarge(set("key", Wire.LARGE - others))).isFalse();
    assertThat(sizes.isLarge(set("key", Wire.LARGE - others + 1))).isTrue();
  }

  @Test
  void isTooLarge_readOfWhatIsKnownToBeAboveTheLimit_isTrue() {
    int hash = ReplySizes.hash(command(Command.GET, "key"));
    assertThat(sizes.isTooLarge(command(Command.GET, "key"))).isFalse();
    sizes.note(hash, OversizedReply.LIMIT - 1);
    assertThat(sizes.isTooLarge(command(Command.GET, "key"))).isFalse();
    sizes.note(hash, OversizedReply.LIMIT);
    assertThat(sizes.isTooLarge(command(Command.GET, "key"))).isTrue();
    assertThat(sizes.isTooLarge(command(Command.GET, "other"))).isFalse();
    assertThat(sizes.isTooLarge(command(Command.DEL, "key"))).isFalse();
    assertThat(sizes.isTooLarge(command(Command.SET, "key"))).isFalse();
    sizes.note(hash, Integer.MAX_VALUE);
    assertThat(sizes.isTooLarge(command(Command.GET, "key"))).isTrue();
  }

  @Test
  void hash_keysThatDifferInTheirLast64Bytes_differ() {
    String tail = "x".repeat(63);
    assertThat(hash("a" + tail)).isNotEqualTo(hash("b" + tail));
    assertThat(hash("a" + tail + "x")).isEqualTo(hash("b" + tail + "x"));
    assertThat(hash("a" + tail + "x")).isNotEqualTo(hash("a" + tail + "y"));
    assertThat(hash("aa")).isNotEqualTo(hash("a"));
  }

  /** Notes small values for hashes that differ in their entry of the table or in its mark. */
  private void readNewKeys(int first, int count) {
    for (int number = first; number < first + count; number++) {
      sizes.note((number & 0xFFFF) | ((number >>> 16) << 17), 1);
    }
  }

  private static int hash(String key) {
    return ReplySizes.hash(command(Command.GET, key));
  }

  private static Call get(String key) {
    return new Call(command(Command.GET, key));
  }

  private static Call set(String key, int bytes) {
    return new Call(command(Command.SET, key).add(new byte[bytes]));
  }

  private static CommandArguments command(Command command, String key) {
    return new CommandArguments(command).add(key);
  }
}
