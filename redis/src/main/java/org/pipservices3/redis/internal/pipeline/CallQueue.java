package org.pipservices3.redis.internal.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The queued calls of one {@link Combiner}, oldest first, and the batches made of them.
 *
 * <p>A batch is bounded in number, in bytes and by the expected bytes of its replies ({@link
 * ReplySizes}), so that one leader does not hold up the rest, nor the server has to keep many
 * unread replies; a large command goes alone. Safe for any number of threads.
 */
final class CallQueue {
  private static final int MAX_BATCH = 384;
  private static final int MAX_BATCH_BYTES = 64 * 1024;

  private final ReplySizes sizes;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  CallQueue(ReplySizes sizes) {
    this.sizes = sizes;
  }

  int size() {
    return size.get();
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  void add(Call call) {
    calls.add(call);
    size.incrementAndGet();
  }

  @Nullable Call poll() {
    Call next = calls.poll();
    if (next != null) {
      size.decrementAndGet();
    }
    return next;
  }

  /** Removes the oldest call if an I/O thread is to lead for it. */
  @Nullable Call pollLed() {
    Call next = calls.peek();
    return next != null && next.isLed() && remove(next) ? next : null;
  }

  /** Makes a batch of waiting calls, up to its bounds, with the leader's own in front. */
  List<Call> collect(@Nullable Call own) {
    List<Call> batch = new ArrayList<>();
    int bytes = 0;
    int expected = 0;
    if (own != null) {
      batch.add(own);
      bytes = own.size();
      expected = sizes.estimate(own);
    }
    Call next;
    while (batch.size() < MAX_BATCH && (next = calls.peek()) != null) {
      int nextBytes = next.size();
      int reply = sizes.estimate(next);
      if (!batch.isEmpty()
          && (bytes + nextBytes > MAX_BATCH_BYTES || expected + reply > ReplySizes.BUDGET)) {
        break;
      }
      if (remove(next) && next.take()) {
        batch.add(next);
        bytes += nextBytes;
        expected += reply;
      }
    }
    return batch;
  }

  /** Queues calls again whose connection could not be opened, or fails them if no other is open. */
  void putBack(List<Call> batch, boolean othersAreOpen, JedisException refusal) {
    for (Call call : batch) {
      if (othersAreOpen && call.putBack()) {
        add(call);
      } else {
        call.complete(null, refusal);
      }
    }
  }

  void expire(long now, long timeoutNanos) {
    calls.forEach(call -> call.expire(now, timeoutNanos));
  }

  private boolean remove(Call call) {
    boolean removed = calls.remove(call);
    if (removed) {
      size.decrementAndGet();
    }
    return removed;
  }
}
