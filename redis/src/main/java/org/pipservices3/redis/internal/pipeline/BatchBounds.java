package org.pipservices3.redis.internal.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;

/**
 * Cuts many commands for one server into batches, bounded in number, in the bytes that are sent and
 * in those that are expected back.
 *
 * <p>A key that was not read before may have a value of any size. So the first batch asks for few
 * of them, and each further one for more or fewer, by what came back before: one caller's values
 * are mostly alike. A command that sends or gets a large value goes alone, since it has its own
 * connections.
 *
 * <p>Belongs to one thread.
 */
public final class BatchBounds {
  private static final int MOST = 128;

  /** How many keys that were not read before the first batch may ask for. */
  private static final int FIRST = 8;

  private static final int GROWTH = 4;
  private static final int LEAST_EXPECTED = ReplySizes.BUDGET / MOST;

  private final ReplySizes sizes;
  private int expected; // bytes of a value that was not read before

  public BatchBounds(ReplySizes sizes) {
    this.sizes = sizes;
    this.expected = Math.min(ReplySizes.BUDGET / FIRST, sizes.ofUnknown());
  }

  /** Where the batch that begins at this index ends. */
  public int end(List<CommandArguments> commands, int from) {
    int sent = 0;
    int back = 0;
    for (int i = from; i < commands.size() && i - from < MOST; i++) {
      CommandArguments next = commands.get(i);
      sent += Call.size(next);
      int reply = replyOf(next);
      back += reply;
      boolean fits = sent <= Wire.LARGE && reply <= Wire.LARGE && back <= ReplySizes.BUDGET;
      if (!fits) {
        return Math.max(i, from + 1);
      }
    }
    return Math.min(commands.size(), from + MOST);
  }

  /** Notes the replies to a batch, errors among them as exceptions. */
  public void received(List<CommandArguments> commands, @Nullable Object[] replies) {
    int largest = 0;
    for (int i = 0; i < replies.length; i++) {
      CommandArguments command = commands.get(i);
      if (ReplySizes.isRead(command) && !(replies[i] instanceof Exception)) {
        int size = replies[i] instanceof byte[] value ? value.length : 0;
        sizes.note(ReplySizes.hash(command), size);
        largest = Math.max(largest, size);
      }
    }
    int likely = Math.min(ReplySizes.BUDGET, 2 * largest);
    expected = Math.max(LEAST_EXPECTED, Math.max(likely, expected / GROWTH));
  }

  private int replyOf(CommandArguments command) {
    int known = ReplySizes.isRead(command) ? sizes.known(command) : ReplySizes.SMALL;
    return known > 0 ? known : Math.min(expected, Wire.LARGE);
  }
}
