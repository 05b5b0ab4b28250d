package org.pipservices3.redis.internal.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.trace.ITracer;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.pipeline.Call;
import org.pipservices3.redis.internal.threads.IoThreads;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Sends commands to the server that answers for their key; a {@link RetriesAndRedirects} takes over
 * where that fails.
 *
 * <p>Safe for any number of threads; I/O and pauses happen on callers' threads, but for calls to
 * several servers at once: see {@link BulkLane}.
 */
public final class CommandExecutor {
  private static final CommandArguments ASKING = new CommandArguments(Command.ASKING);
  private static final int MAX_PER_CALL = 128;
  private static final int IO_THREADS = 16;

  private final Topology topology;
  private final RedisOptions options;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final IoThreads ioThreads = new IoThreads(IO_THREADS);
  private final SlowCommands slow;

  /**
   * Creates an executor.
   *
   * @param tracer is told of slow commands and throws nothing
   */
  public CommandExecutor(Topology topology, RedisOptions options, ITracer tracer) {
    this.topology = topology;
    this.options = options;
    this.slow = new SlowCommands(tracer);
  }

  public Topology topology() {
    return topology;
  }

  RedisOptions options() {
    return options;
  }

  /** Open until {@link #close}, which ends the pauses of callers. */
  CountDownLatch closed() {
    return closed;
  }

  /** Told of every command that ends. */
  SlowCommands slow() {
    return slow;
  }

  /** Threads that send to some servers while the caller sends to another. */
  IoThreads ioThreads() {
    return ioThreads;
  }

  /** Closes every connection and ends the pauses of callers. Idempotent. */
  public void close() {
    closed.countDown();
    topology.close();
    ioThreads.close();
  }

  /**
   * Runs a request and returns Redis's reply as Jedis reads it; with a confirmation an array of the
   * reply and the confirmation's.
   *
   * @throws RedisException why there is no reply, or what Redis answered instead
   */
  @Nullable Object execute(@Nullable String correlationId, Request request) {
    long start = System.nanoTime();
    try {
      Object reply = attempt(correlationId, request);
      slow.ended(correlationId, request.first(), start, /* failure= */ null);
      return reply;
    } catch (RedisException e) {
      slow.ended(correlationId, request.first(), start, e);
      throw e;
    }
  }

  private @Nullable Object attempt(@Nullable String correlationId, Request request) {
    Node node = null;
    Call call = null;
    try {
      node = topology.nodeOf(request.key());
      call = call(request.first(), request, /* asking= */ false);
      return run(node, call, request, /* asking= */ false);
    } catch (JedisException e) {
      return new RetriesAndRedirects(this, correlationId, request, node, call, e).run();
    }
  }

  /** Runs requests, those to one server together, and returns their replies in this order. */
  @Nullable Object[] executeAll(@Nullable String correlationId, List<Request> requests) {
    return executeAll(correlationId, requests, place -> {});
  }

  /** The same, which tells the places of requests that did not run at the first attempt. */
  @Nullable Object[] executeAll(
      @Nullable String correlationId, List<Request> requests, IntConsumer onRetry) {
    long start = System.nanoTime();
    CommandArguments first = requests.get(0).first();
    try {
      @Nullable Object[] replies = attemptAll(correlationId, requests, onRetry);
      slow.ended(correlationId, first, start, /* failure= */ null);
      return replies;
    } catch (RedisException e) {
      slow.ended(correlationId, first, start, e);
      throw e;
    }
  }

  private @Nullable Object[] attemptAll(
      @Nullable String correlationId, List<Request> requests, IntConsumer onRetry) {
    Map<Node, List<Integer>> places = new LinkedHashMap<>();
    @Nullable Object[] replies = new Object[requests.size()];
    for (int i = 0; i < replies.length; i++) {
      try {
        Node node = topology.nodeOf(requests.get(i).key());
        places.computeIfAbsent(node, unused -> new ArrayList<>()).add(i);
      } catch (JedisException e) {
        onRetry.accept(i);
        replies[i] = attempt(correlationId, requests.get(i));
      }
    }
    places.forEach(
        (node, all) -> {
          for (int from = 0; from < all.size(); from += MAX_PER_CALL) {
            List<Integer> some = all.subList(from, Math.min(from + MAX_PER_CALL, all.size()));
            executeOn(correlationId, node, requests, some, replies, onRetry);
          }
        });
    return replies;
  }

  private void executeOn(
      @Nullable String correlationId,
      Node node,
      List<Request> requests,
      List<Integer> places,
      @Nullable Object[] replies,
      IntConsumer onRetry) {
    List<CommandArguments> commands =
        places.stream().map(place -> requests.get(place).first()).toList();
    Call call =
        new Call(commands.get(0), commands.subList(1, commands.size()), /* wakesOthers= */ false);
    if (!places.stream().allMatch(place -> requests.get(place).isRetriable())) {
      call.once();
    }
    @Nullable Object[] results = new Object[commands.size()];
    try {
      Object result = node.execute(call);
      results = result instanceof Object[] several ? several : new Object[] {result};
    } catch (JedisException e) {
      Arrays.fill(results, e);
    }
    for (int i = 0; i < results.length; i++) {
      Request request = requests.get(places.get(i));
      replies[places.get(i)] = results[i];
      if (results[i] instanceof JedisException e) {
        onRetry.accept(places.get(i));
        replies[places.get(i)] =
            new RetriesAndRedirects(this, correlationId, request, node, call, e).run();
      }
    }
  }

  /** The call that sends a command of a request, with what must go before it. */
  static Call call(CommandArguments command, Request request, boolean asking) {
    Call call =
        asking
            ? new Call(ASKING, List.of(command), request.wakesOthers())
            : new Call(command, List.of(), request.wakesOthers());
    return request.isRetriable() ? call : call.once();
  }

  /**
   * Runs such a call on a node and returns the reply to the command, with a confirmation an array
   * of that and the confirmation's.
   */
  static @Nullable Object run(Node node, Call call, Request request, boolean asking) {
    Confirmation confirmation = request.confirmation();
    if (!asking && confirmation == null) {
      return node.execute(call);
    }
    @Nullable Object[] replies =
        confirmation == null
            ? (Object[]) node.execute(call)
            : node.executeConfirmed(call, confirmation.command());
    int own = asking ? 1 : 0;
    for (int i = 0; i <= own; i++) {
      if (replies[i] instanceof JedisDataException answer) {
        throw answer;
      }
    }
    return confirmation == null ? replies[own] : new Object[] {replies[own], replies[own + 1]};
  }
}
