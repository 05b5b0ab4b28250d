package org.pipservices3.redis.internal.command;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * WAIT: asks replicas to confirm what was written before it on the same connection, which it blocks
 * meanwhile. Immutable.
 */
record Confirmation(int replicas, CommandArguments command) {

  /** One that takes so many milliseconds at most; null if no replica is to confirm. */
  static @Nullable Confirmation within(long millis, int replicas) {
    CommandArguments wait = new CommandArguments(Command.WAIT).add(replicas);
    return replicas == 0 ? null : new Confirmation(replicas, wait.add(Math.max(1, millis)));
  }

  /**
   * The same for less time than a reply may take and than the lifetime of what is to be confirmed:
   * half the former or, for a short lifetime, the greatest power of two up to half of that, so that
   * there are few kinds.
   */
  static @Nullable Confirmation of(int replicas, long ttl, int commandTimeout) {
    long half = commandTimeout / 2;
    return within(ttl / 2 < half ? Long.highestOneBit(ttl / 2) : half, replicas);
  }

  /** Whether its reply says that enough replicas have confirmed. */
  boolean isGivenBy(@Nullable Object reply) {
    return reply instanceof Long given && given >= replicas;
  }
}
