package org.pipservices3.redis.internal.command;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * Runs many requests that may be retried, until each has a reply or an error.
 *
 * <p>It works in rounds. In each, the open requests are grouped by the node that answers for their
 * key, and the {@link BulkLane}s of the nodes send at the same time: a node that does not answer
 * does not hold up the others. Then the calling thread looks at what is not answered:
 *
 * <ul>
 *   <li>What has moved to another node is open in the next round, where it is grouped anew.
 *   <li>An error about one key is that key's outcome.
 *   <li>A lost connection or "not now" concerns all requests of the node. So one of them is retried
 *       as any single request ({@link RetriesAndRedirects}), with its pauses and its patience. If
 *       it gets a reply, the others are open in the next round; if not, they fail for the same
 *       reason.
 * </ul>
 *
 * <p>So a bulk call ends as late as a single one would, not as late as many. After {@value #ROUNDS}
 * rounds each is retried alone, which ends in any case.
 *
 * <p>Belongs to the calling thread.
 */
final class BulkRun {
  private static final int ROUNDS = 8;

  private final CommandExecutor executor;
  private final Topology topology;
  private final @Nullable String correlationId;
  private final List<Request> requests;
  private final @Nullable Object[] replies;
  private final BitSet mayHaveRun = new BitSet(); // by a loss of the connection
  private int round;

  BulkRun(CommandExecutor executor, @Nullable String correlationId, List<Request> requests) {
    this.executor = executor;
    this.topology = executor.topology();
    this.correlationId = correlationId;
    this.requests = requests;
    this.replies = new @Nullable Object[requests.size()];
  }

  /** The replies in the order of the requests, a failure as its {@link RedisException}. */
  @Nullable Object[] run() {
    long start = System.nanoTime();
    List<Integer> open = IntStream.range(0, replies.length).boxed().toList();
    while (!open.isEmpty()) {
      round++;
      open = round(open);
    }
    if (!requests.isEmpty()) {
      executor.slow().ended(correlationId, requests.get(0).first(), start, /* failure= */ null);
    }
    return replies;
  }

  private List<Integer> round(List<Integer> open) {
    List<Integer> again = new ArrayList<>();
    List<BulkLane> lanes = lanes(open, again);
    BulkLane.sendAll(lanes, executor.ioThreads());
    for (BulkLane lane : lanes) {
      settle(lane.node(), lane.places(), again);
    }
    return again;
  }

  private List<BulkLane> lanes(List<Integer> open, List<Integer> again) {
    Map<Node, List<Integer>> places = new LinkedHashMap<>();
    List<Integer> homeless = new ArrayList<>();
    for (int place : open) {
      try {
        Node node = topology.nodeOf(requests.get(place).key());
        places.computeIfAbsent(node, unused -> new ArrayList<>()).add(place);
      } catch (JedisException e) {
        replies[place] = e;
        homeless.add(place);
      }
    }
    settle(/* node= */ null, homeless, again);
    List<BulkLane> lanes = new ArrayList<>();
    places.forEach(
        (node, some) ->
            lanes.add(
                new BulkLane(node, some, some.stream().map(this::command).toList(), replies)));
    return lanes;
  }

  private CommandArguments command(int place) {
    Request request = requests.get(place);
    CommandArguments retry = mayHaveRun.get(place) ? request.retry() : null;
    return retry == null ? request.first() : retry;
  }

  /** Decides what becomes of the requests of one node that have no reply. */
  private void settle(@Nullable Node node, List<Integer> places, List<Integer> again) {
    RedisException down = null;
    boolean retried = false;
    for (int place : places) {
      if (!(replies[place] instanceof JedisException failure)) {
        continue;
      }
      if (!(failure instanceof JedisDataException)) {
        mayHaveRun.set(place);
      }
      if (round <= ROUNDS && hasMoved(node, failure)) {
        again.add(place);
      } else if (isAboutKey(failure)) {
        replies[place] = retry(place, node, failure);
      } else if (down != null) {
        replies[place] = down;
      } else if (retried && round <= ROUNDS) {
        again.add(place);
      } else {
        retried = true;
        Object reply = retry(place, node, failure);
        replies[place] = reply;
        down = reply instanceof RedisException e ? e : null;
      }
    }
  }

  /** The reply to a request after its first attempt has failed, or why there is none. */
  private @Nullable Object retry(int place, @Nullable Node node, JedisException failure) {
    Request request = requests.get(place);
    RetriesAndRedirects retries =
        new RetriesAndRedirects(executor, correlationId, request, node, /* call= */ null, failure);
    try {
      return (mayHaveRun.get(place) ? retries.afterLoss() : retries).run();
    } catch (RedisException e) {
      return e;
    }
  }

  private boolean hasMoved(@Nullable Node node, JedisException failure) {
    return node != null
        && failure instanceof JedisMovedDataException answer
        && topology.redirect(node, answer) != null;
  }

  private boolean isAboutKey(JedisException failure) {
    return failure instanceof JedisDataException answer
        && !TemporaryErrors.includes(answer)
        && !topology.isPassing(answer);
  }
}
