package org.pipservices3.redis.internal.pipeline;

import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.wire.OversizedReply;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * How many bytes the replies of one server are expected to have.
 *
 * <p>A server keeps a reply until its reader has taken it. So a batch must be bounded by what comes
 * back: reads of 1 MB each would fill the server's memory, have it evict keys, or exceed its limit
 * of a client's output. Only {@code GET} has large replies here.
 *
 * <p>The last size of every key is kept as a power of two, in a table by the key's hash: a larger
 * one counts at once, a smaller one step by step. The rest of the hash is kept with it, so that a
 * key that was not read before is nearly always known as such. Of those few are asked for at a
 * time: twice as many whenever thousands were not large, half as many after a large one.
 *
 * <p>Safe for any number of threads; races lose an observation, no more.
 */
public final class ReplySizes {
  /** How many bytes may be on their way over one connection. */
  static final int BUDGET = 256 * 1024;

  private static final int ENTRIES = 1 << 16;

  /** What is expected of a reply other than to a read. */
  static final int SMALL = 64;

  private static final int HASHED = 64;

  /** How many keys that were not read before are asked for in one batch: at least, at most. */
  private static final int CAUTIOUS = 4;

  private static final int BOLD = 64;

  /** The number doubles after so many times as many that were not large. */
  private static final int STEP = 1 << 10;

  /** After how many smaller replies a large value's size is halved: it may just be written. */
  private static final int RELUCTANT = 256;

  private final short[] table; // more of the hash, and the size's exponent
  private final boolean forLarge;
  private int smaller; // replies for keys with large values
  private int calm; // replies for new keys since the number was changed
  private int atOnce = CAUTIOUS; // new keys that are asked for in one go

  public ReplySizes() {
    this(new short[ENTRIES], /* forLarge= */ false);
  }

  private ReplySizes(short[] table, boolean forLarge) {
    this.table = table;
    this.forLarge = forLarge;
  }

  /**
   * The same sizes, for the connections of large values: only there may a known size fall. Small
   * replies elsewhere may be older than the large value.
   */
  public ReplySizes forLarge() {
    return new ReplySizes(table, /* forLarge= */ true);
  }

  /** How many bytes to expect of the replies to a call. */
  int estimate(Call call) {
    int bytes = isRead(call.command()) ? estimate(call.keyHash()) : SMALL;
    for (CommandArguments next : call.following()) {
      bytes += isRead(next) ? estimate(hash(next)) : SMALL;
    }
    return bytes;
  }

  /** Whether a call is known to send or to get so much that it would hold up others. */
  public boolean isLarge(Call call) {
    return (isRead(call.command()) ? seen(call.keyHash()) : call.size()) > Wire.LARGE;
  }

  /** Whether a key is known to have a value that is not read. */
  public boolean isTooLarge(CommandArguments command) {
    return isRead(command) && seen(hash(command)) > OversizedReply.LIMIT;
  }

  /** Notes the reply to a call of one command. */
  void received(Call call, @Nullable Object reply) {
    if (isRead(call.command())) {
      note(call.keyHash(), reply instanceof byte[] bytes ? bytes.length : 0);
    } else {
      sending(call);
    }
  }

  /** Notes a large value that is about to be written, before anybody reads it. */
  void sending(Call call) {
    CommandArguments command = call.command();
    if (command.getCommand() == Command.SET && command.get(2).getRaw().length > Wire.LARGE) {
      note(call.keyHash(), command.get(2).getRaw().length);
    }
  }

  /** Notes the size of a value, by its key's hash. */
  void note(int hash, int size) {
    int index = hash & (ENTRIES - 1);
    int old = table[index];
    int mark = mark(hash);
    boolean known = (old & ~31) == mark;
    int exponent = Math.max(6, 32 - Integer.numberOfLeadingZeros(size));
    boolean largeBefore = known && 1 << (old & 31) > Wire.LARGE;
    boolean mayFall = !largeBefore || (forLarge && (smaller++ & (RELUCTANT - 1)) == 0);
    int least = mayFall ? (old & 31) - 1 : old & 31;
    int kept = known ? Math.max(exponent, least) : exponent;
    short entry = (short) (mark | kept);
    if (entry != (short) old) {
      table[index] = entry;
    }
    if (size > Wire.LARGE && !largeBefore) {
      calm = 0;
      atOnce = Math.max(CAUTIOUS, atOnce / 2);
    } else if (!known && ++calm > STEP * atOnce) {
      calm = 0;
      atOnce = Math.min(BOLD, 2 * atOnce);
    }
  }

  /** At most how many bytes the value of a read's key had the last time; 0 for a new key. */
  int known(CommandArguments read) {
    return seen(hash(read));
  }

  /** How many bytes to expect of a key that was not read before. */
  int ofUnknown() {
    return BUDGET / atOnce;
  }

  private int estimate(int hash) {
    int seen = seen(hash);
    return seen > 0 ? seen : ofUnknown();
  }

  /** At most how many bytes the value had the last time; 0 for a new key. */
  private int seen(int hash) {
    int entry = table[hash & (ENTRIES - 1)];
    return (entry & ~31) == mark(hash) ? 1 << Math.min(30, entry & 31) : 0;
  }

  static boolean isRead(CommandArguments command) {
    return command.getCommand() == Command.GET;
  }

  /** The part of the hash that an entry holds; never 0, as an unused entry. */
  private static int mark(int hash) {
    return (short) ((hash >>> 16 | 1) << 5);
  }

  /** The hash of the key of a command that has one. */
  static int hash(CommandArguments command) {
    byte[] key = command.get(1).getRaw();
    int hash = key.length;
    for (int i = Math.max(0, key.length - HASHED); i < key.length; i++) {
      hash = 31 * hash + key[i];
    }
    hash *= 0x9E3779B1;
    return hash ^ hash >>> 15;
  }
}
