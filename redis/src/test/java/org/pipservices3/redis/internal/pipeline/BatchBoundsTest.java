package org.pipservices3.redis.internal.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** Where one caller's batches of many commands end. */
class BatchBoundsTest {
  private static final int MOST = 128;
  private static final int FIRST = 8;

  private final ReplySizes sizes = new ReplySizes();
  private final BatchBounds bounds = new BatchBounds(sizes);

  private static List<CommandArguments> gets(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new CommandArguments(Command.GET).add(("key" + i).getBytes(UTF_8)))
        .toList();
  }

  private static CommandArguments set(int bytes) {
    return new CommandArguments(Command.SET).add("key".getBytes(UTF_8)).add(new byte[bytes]);
  }

  /** The sizes of all batches, while each reply has this many bytes. */
  private List<Integer> batches(List<CommandArguments> commands, int replySize) {
    List<Integer> batches = new ArrayList<>();
    for (int from = 0; from < commands.size(); ) {
      int end = bounds.end(commands, from);
      batches.add(end - from);
      bounds.received(commands.subList(from, end), replies(end - from, replySize));
      from = end;
    }
    return batches;
  }

  private static @Nullable Object[] replies(int count, int size) {
    return Stream.generate(() -> new byte[size]).limit(count).toArray();
  }

  @Test
  void newKeys_smallValues_areAskedForInGrowingBatches() {
    assertThat(batches(gets(300), 100)).startsWith(FIRST, 4 * FIRST).endsWith(MOST, 4);
  }

  @Test
  void newKeys_largeValues_areAskedForAloneFromThenOn() {
    assertThat(batches(gets(12), 1 << 20)).startsWith(FIRST).hasSizeGreaterThanOrEqualTo(2);
    assertThat(bounds.end(gets(20), 12) - 12).isLessThanOrEqualTo(4);
  }

  @Test
  void knownKeys_smallValues_areAskedForTogether() {
    List<CommandArguments> gets = gets(MOST + 1);
    bounds.received(gets, replies(gets.size(), 100));
    assertThat(new BatchBounds(sizes).end(gets, 0)).isEqualTo(MOST);
    assertThat(new BatchBounds(sizes).end(gets, MOST)).isEqualTo(MOST + 1);
  }

  @Test
  void knownKeys_bytesOfReplies_areBounded() {
    List<CommandArguments> gets = gets(MOST);
    bounds.received(gets, replies(gets.size(), 10_000));
    assertThat(new BatchBounds(sizes).end(gets, 0)).isEqualTo(ReplySizes.BUDGET / (16 * 1024));
  }

  @Test
  void knownLargeValue_isAskedForAlone() {
    List<CommandArguments> gets = gets(5);
    bounds.received(gets, replies(gets.size(), 100));
    bounds.received(gets.subList(2, 3), replies(1, Wire.LARGE + 1));
    BatchBounds next = new BatchBounds(sizes);
    assertThat(next.end(gets, 0)).isEqualTo(2);
    assertThat(next.end(gets, 2)).isEqualTo(3);
    assertThat(next.end(gets, 3)).isEqualTo(5);
  }

  @Test
  void writes_bytesSent_areBounded() {
    List<CommandArguments> sets = List.of(set(30_000), set(30_000), set(30_000), set(1));
    assertThat(bounds.end(sets, 0)).isEqualTo(2);
    assertThat(bounds.end(sets, 2)).isEqualTo(4);
  }

  @Test
  void largeWrite_goesAlone() {
    List<CommandArguments> sets = List.of(set(1), set(Wire.LARGE), set(1));
    assertThat(bounds.end(sets, 0)).isEqualTo(1);
    assertThat(bounds.end(sets, 1)).isEqualTo(2);
    assertThat(bounds.end(sets, 2)).isEqualTo(3);
  }

  @Test
  void errorsAndMissingValues_sayNothingOfASize() {
    List<CommandArguments> gets = gets(2);
    bounds.received(gets, new @Nullable Object[] {new JedisDataException("WRONGTYPE"), null});
    assertThat(sizes.known(gets.get(0))).isZero();
    assertThat(sizes.known(gets.get(1))).isEqualTo(ReplySizes.SMALL);
  }
}
