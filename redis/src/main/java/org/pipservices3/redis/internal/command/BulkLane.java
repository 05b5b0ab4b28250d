package org.pipservices3.redis.internal.command;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.pipeline.BatchBounds;
import org.pipservices3.redis.internal.pipeline.Call;
import org.pipservices3.redis.internal.threads.IoThreads;
import org.pipservices3.redis.internal.topology.Node;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One node's share of a bulk call: sends it in batches, one after the other, up to the first that
 * is not answered.
 *
 * <p>The lanes of several nodes run at the same time: the calling thread runs one, {@link
 * IoThreads} the others. A lane that no such thread has begun when the caller is done with its own
 * is run by the caller. So nobody waits for a thread that a node without an answer holds.
 *
 * <p>Run by one thread, which {@link #sendAll} orders before what the caller does next.
 */
final class BulkLane {
  private final Node node;
  private final List<Integer> places;
  private final List<CommandArguments> commands;
  private final @Nullable Object[] replies; // a lane writes its own places
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private @Nullable Throwable broken; // written before done

  /**
   * Creates the lane of a node.
   *
   * @param places the indices of its commands
   * @param replies where their replies go, Redis's errors and lost connections as exceptions
   */
  BulkLane(
      Node node,
      List<Integer> places,
      List<CommandArguments> commands,
      @Nullable Object[] replies) {
    this.node = node;
    this.places = places;
    this.commands = commands;
    this.replies = replies;
  }

  Node node() {
    return node;
  }

  List<Integer> places() {
    return places;
  }

  /** Runs the lanes and returns when all have ended. */
  static void sendAll(List<BulkLane> lanes, IoThreads threads) {
    for (int i = 1; i < lanes.size(); i++) {
      threads.execute(lanes.get(i)::sendOnce);
    }
    lanes.forEach(BulkLane::sendOnce);
    lanes.forEach(BulkLane::join);
  }

  private void sendOnce() {
    if (begun.compareAndSet(false, true)) {
      try {
        send();
      } catch (RuntimeException | Error e) {
        broken = e;
      } finally {
        done.countDown();
      }
    }
  }

  private void send() {
    BatchBounds bounds = node.batchBounds();
    int from = 0;
    while (from < commands.size()) {
      int end = bounds.end(commands, from);
      List<CommandArguments> batch = commands.subList(from, end);
      try {
        @Nullable Object[] answers = execute(batch);
        bounds.received(batch, answers);
        for (int i = 0; i < answers.length; i++) {
          replies[places.get(from + i)] = answers[i];
        }
      } catch (JedisException e) {
        places.subList(from, places.size()).forEach(place -> replies[place] = e);
        return;
      }
      from = end;
    }
  }

  /** The replies to a batch; Redis's error is one of them, also where it is the only one. */
  private @Nullable Object[] execute(List<CommandArguments> batch) {
    List<CommandArguments> following = batch.subList(1, batch.size());
    Call call = new Call(batch.get(0), following, /* wakesOthers= */ false);
    try {
      Object result = node.execute(call);
      return result instanceof Object[] several ? several : new @Nullable Object[] {result};
    } catch (JedisDataException answer) {
      if (!following.isEmpty()) {
        throw answer; // to the connection, which was not opened
      }
      return new @Nullable Object[] {answer};
    }
  }

  private void join() {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (broken instanceof Error error) {
      throw error;
    }
    if (broken instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
