package org.pipservices3.redis.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Sends commands to the server that answers for their key, and has a {@link Recovery} find a way
 * where that fails.
 *
 * <p>Safe for any number of threads. It has no thread of its own: I/O and pauses happen on
 * callers'.
 */
final class Executor {
  private static final CommandArguments ASKING = new CommandArguments(Command.ASKING);
  private static final int MAX_SERIES = 128;

  private final Topology topology;
  private final int retries;
  private final int maxRetryDelay;
  private final int commandTimeout;
  private final CountDownLatch closed = new CountDownLatch(1);

  Executor(Topology topology, RedisOptions options) {
    this.topology = topology;
    this.retries = options.retries();
    this.maxRetryDelay = options.maxRetryDelay();
    this.commandTimeout = options.commandTimeout();
  }

  Topology topology() {
    return topology;
  }

  int retries() {
    return retries;
  }

  int maxRetryDelay() {
    return maxRetryDelay;
  }

  int commandTimeout() {
    return commandTimeout;
  }

  /** Open until {@link #close}, which ends the pauses of callers. */
  CountDownLatch closed() {
    return closed;
  }

  /** Closes every connection and ends the pauses of callers. Idempotent. */
  void close() {
    closed.countDown();
    topology.close();
  }

  /**
   * Runs a request and returns Redis's reply as Jedis reads it; for a request with a confirmation
   * an array of the reply and the confirmation's.
   *
   * @throws RedisException if no reply was to be had, or what Redis answered instead
   */
  @Nullable Object execute(@Nullable String correlationId, Request request) {
    Node node = null;
    Call call = null;
    try {
      node = topology.nodeOf(request.key());
      call = call(request.first(), request, /* asking= */ false);
      return run(node, call, request, /* asking= */ false);
    } catch (JedisException e) {
      return new Recovery(this, correlationId, request, node, call, e).run();
    }
  }

  /** Runs requests, those to one server together, and returns their replies in this order. */
  @Nullable Object[] executeAll(@Nullable String correlationId, List<Request> requests) {
    Map<Node, List<Integer>> places = new LinkedHashMap<>();
    @Nullable Object[] replies = new Object[requests.size()];
    for (int i = 0; i < replies.length; i++) {
      try {
        Node node = topology.nodeOf(requests.get(i).key());
        places.computeIfAbsent(node, unused -> new ArrayList<>()).add(i);
      } catch (JedisException e) {
        replies[i] = execute(correlationId, requests.get(i));
      }
    }
    places.forEach(
        (node, all) -> {
          for (int from = 0; from < all.size(); from += MAX_SERIES) {
            List<Integer> some = all.subList(from, Math.min(from + MAX_SERIES, all.size()));
            series(correlationId, node, requests, some, replies);
          }
        });
    return replies;
  }

  private void series(
      @Nullable String correlationId,
      Node node,
      List<Request> requests,
      List<Integer> places,
      @Nullable Object[] replies) {
    List<CommandArguments> commands =
        places.stream().map(place -> requests.get(place).first()).toList();
    Call call =
        new Call(commands.get(0), commands.subList(1, commands.size()), /* wakesOthers= */ false);
    @Nullable Object[] results = new Object[commands.size()];
    try {
      Object result = node.execute(call);
      results = result instanceof Object[] several ? several : new Object[] {result};
    } catch (JedisException e) {
      Arrays.fill(results, e);
    }
    for (int i = 0; i < results.length; i++) {
      Request request = requests.get(places.get(i));
      replies[places.get(i)] =
          results[i] instanceof JedisException e
              ? new Recovery(this, correlationId, request, node, call, e).run()
              : results[i];
    }
  }

  /** The call that sends a command of a request, with what must go before and behind it. */
  static Call call(CommandArguments command, Request request, boolean asking) {
    CommandArguments confirmation = request.confirmation();
    List<CommandArguments> behind = confirmation == null ? List.of() : List.of(confirmation);
    if (!asking) {
      return new Call(command, behind, request.wakesOthers());
    }
    List<CommandArguments> following = new ArrayList<>(List.of(command));
    following.addAll(behind);
    return new Call(ASKING, following, request.wakesOthers());
  }

  /** Runs such a call on a node and returns the reply to the command. */
  static @Nullable Object run(Node node, Call call, Request request, boolean asking) {
    boolean confirmed = request.confirmation() != null;
    if (!asking && !confirmed) {
      return node.execute(call);
    }
    Object result = confirmed ? node.executeBlocking(call) : node.execute(call);
    @Nullable Object[] replies = (Object[]) result;
    int own = asking ? 1 : 0;
    for (int i = 0; i <= own; i++) {
      if (replies[i] instanceof JedisDataException answer) {
        throw answer;
      }
    }
    return confirmed ? new Object[] {replies[own], replies[own + 1]} : replies[own];
  }
}
