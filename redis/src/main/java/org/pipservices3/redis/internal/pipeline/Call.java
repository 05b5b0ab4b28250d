package org.pipservices3.redis.internal.pipeline;

import java.util.List;
import org.pipservices3.redis.internal.threads.VirtualThreads;
import redis.clients.jedis.CommandArguments;

/**
 * One attempt to run a command: what is sent, and how its caller waits for the reply.
 *
 * <p>What happens between threads is in {@link Handoff}; what is here does not change once the call
 * is executed.
 */
public final class Call extends Handoff {
  private final CommandArguments command;
  private final List<CommandArguments> following;
  private final boolean wakesOthers;
  private final int timeoutMillis;
  private boolean virtual = VirtualThreads.include(Thread.currentThread());
  private boolean mayRunAgain = true;
  private int keyHash; // 0: not computed yet

  public Call(CommandArguments command) {
    this(command, List.of(), /* wakesOthers= */ false);
  }

  /**
   * A call of several commands that go over one connection, one right behind the other. Its result
   * is an array of their replies, in which an error of Redis is the {@code JedisDataException}.
   *
   * @param wakesOthers whether others are likely to wait for what it does
   */
  public Call(CommandArguments command, List<CommandArguments> following, boolean wakesOthers) {
    this(command, following, wakesOthers, /* timeoutMillis= */ 0);
  }

  /**
   * A call whose caller leaves after a timeout of its own, counted from entering the queue: the
   * command {@link #mayHaveRun may have run}, or does not run.
   *
   * @param timeoutMillis 0 for the timeout of the connections
   */
  public Call(
      CommandArguments command,
      List<CommandArguments> following,
      boolean wakesOthers,
      int timeoutMillis) {
    this.command = command;
    this.following = following;
    this.wakesOthers = wakesOthers;
    this.timeoutMillis = timeoutMillis;
  }

  CommandArguments command() {
    return command;
  }

  /** The other commands of a call of several. */
  List<CommandArguments> following() {
    return following;
  }

  /** The hash of the command's key, by {@link ReplySizes#hash}. */
  int keyHash() {
    if (keyHash == 0) {
      keyHash = ReplySizes.hash(command);
    }
    return keyHash;
  }

  /** How many bytes the arguments have. */
  int size() {
    int bytes = size(command);
    for (CommandArguments next : following) {
      bytes += size(next);
    }
    return bytes;
  }

  static int size(CommandArguments command) {
    int size = 0;
    for (int i = 0; i < command.size(); i++) {
      size += command.get(i).getRaw().length;
    }
    return size;
  }

  /** Whether others are likely to wait for what it does: they need the processors at once. */
  boolean wakesOthers() {
    return wakesOthers;
  }

  /** Takes the caller for a virtual thread; for tests, also where Java has none. */
  Call ofVirtualThread() {
    virtual = true;
    return this;
  }

  /** Forbids sending it again where its reply is lost. */
  public Call once() {
    mayRunAgain = false;
    return this;
  }

  boolean mayRunAgain() {
    return mayRunAgain;
  }

  /**
   * Whether an I/O thread leads for its caller: an interrupt of a virtual thread would close the
   * connection, and a caller with a timeout of its own may leave before there is a reply.
   */
  boolean isLed() {
    return timeoutMillis > 0 || virtual;
  }

  /** The caller's own timeout; 0 for that of the connections. */
  int timeoutMillis() {
    return timeoutMillis;
  }

  /** Whether the caller sleeps without a timer and relies on {@link #expire}. */
  boolean isExpiring() {
    return timeoutMillis == 0 && virtual;
  }
}
