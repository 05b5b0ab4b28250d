package org.pipservices3.redis.internal.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Writes that replicas are to confirm, sent together with one {@code WAIT} behind them.
 *
 * <p>{@code WAIT} blocks its connection, and covers all earlier writes of it. Were there one behind
 * each write, a replica that hangs would cost each caller the timeouts of all before it. So the
 * first caller that comes while a batch is under way begins the next one, others join it, and it
 * leads as soon as the batch before has ended. A caller waits for two {@code WAIT} at the most,
 * which together take no longer than {@code command_timeout}.
 *
 * <p>Only calls that want the same number of replicas within the same time share batches: a long
 * timeout neither delays a short one nor is cut by it. There are few kinds, since that time is half
 * the command timeout or, for a short time to live, a power of two. A call with a timeout of its
 * own, as a renewal of many locks, goes alone: another's {@code WAIT} would use its time up.
 *
 * <p>Safe for any number of threads, has none of its own: the leader of a batch does its I/O, the
 * others wait for it. A batch is filled under its group's guard, then belongs to its leader, and
 * the others read its outcome after {@code done}.
 */
public final class ConfirmedCalls {
  private final Combiner connections;
  private final Map<String, Group> groups = new ConcurrentHashMap<>();

  public ConfirmedCalls(Combiner connections) {
    this.connections = connections;
  }

  /**
   * Runs a call and returns the replies to its commands and to the confirmation, in which an error
   * of Redis is the {@code JedisDataException}.
   *
   * @throws JedisException why there is no reply
   */
  public @Nullable Object[] execute(Call call, CommandArguments confirmation) {
    if (call.timeoutMillis() > 0) {
      Batch alone = new Batch();
      alone.calls.add(call);
      alone.run(connections, confirmation);
      return alone.replies(call);
    }
    return groups
        .computeIfAbsent(kindOf(confirmation), unused -> new Group(confirmation))
        .execute(call);
  }

  private static String kindOf(CommandArguments confirmation) {
    StringBuilder kind = new StringBuilder();
    for (int i = 1; i < confirmation.size(); i++) {
      kind.append(new String(confirmation.get(i).getRaw(), US_ASCII)).append(' ');
    }
    return kind.toString();
  }

  /** The batches of one kind, which run one after the other. */
  private final class Group {
    private final CommandArguments confirmation;
    private final ReentrantLock guard = new ReentrantLock();
    private final Semaphore running = new Semaphore(1);
    private Batch next = new Batch(); // guarded by guard

    Group(CommandArguments confirmation) {
      this.confirmation = confirmation;
    }

    @Nullable Object[] execute(Call call) {
      Batch batch;
      boolean first;
      guard.lock();
      try {
        batch = next;
        first = batch.calls.isEmpty();
        batch.calls.add(call);
      } finally {
        guard.unlock();
      }
      if (first) {
        lead(batch);
      } else {
        batch.done.acquireUninterruptibly();
      }
      return batch.replies(call);
    }

    private void lead(Batch batch) {
      running.acquireUninterruptibly();
      try {
        guard.lock();
        try {
          next = new Batch();
        } finally {
          guard.unlock();
        }
        batch.run(connections, confirmation);
      } finally {
        running.release();
        batch.done.release(batch.calls.size());
      }
    }
  }

  private static final class Batch {
    final List<Call> calls = new ArrayList<>();
    final Semaphore done = new Semaphore(0); // a permit for each call
    private @Nullable Object[] replies = {};
    private JedisException failure = new JedisConnectionException("The connection broke");

    void run(Combiner connections, CommandArguments confirmation) {
      List<CommandArguments> commands = new ArrayList<>();
      for (Call call : calls) {
        commands.add(call.command());
        commands.addAll(call.following());
      }
      commands.add(confirmation);
      List<CommandArguments> following = commands.subList(1, commands.size());
      int timeoutMillis = calls.get(0).timeoutMillis();
      Call all = new Call(commands.get(0), following, /* wakesOthers= */ true, timeoutMillis);
      try {
        replies = (Object[]) connections.execute(all);
      } catch (JedisException e) {
        failure = e;
        if (all.mayHaveRun()) {
          calls.forEach(Call::markSent);
        }
      }
    }

    /** The replies to a call's own commands and to the confirmation. */
    @Nullable Object[] replies(Call own) {
      if (replies.length == 0) {
        throw failure;
      }
      int from = 0;
      for (Call call : calls) {
        if (call == own) {
          break;
        }
        from += 1 + call.following().size();
      }
      int count = 1 + own.following().size();
      @Nullable Object[] result = new Object[count + 1];
      System.arraycopy(replies, from, result, 0, count);
      result[count] = replies[replies.length - 1];
      return result;
    }
  }
}
