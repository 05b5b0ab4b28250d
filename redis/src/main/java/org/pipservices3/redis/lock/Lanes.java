package org.pipservices3.redis.lock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;

/**
 * The queues of renewals and background releases, one lane per server, so that a server that hangs
 * delays only its own keys.
 *
 * <p>A task enters the lane of the server that serves its key at that moment; after a slot has
 * moved, its keys use another lane. What is due at one server at the same time is sent as one
 * pipeline of at most {@value #MAX_BATCH}.
 *
 * <p>One of the keeper's renewal threads sends a lane's batches, one after another. If it does not
 * take the next batch for {@value #HELP_MILLIS} ms, since it waits for an answer, another thread
 * helps over another connection; a lane has at most {@value #MAX_THREADS}. A batch waits for its
 * answers as long as its shortest timeout. Tasks with much longer timeouts are sent separately, so
 * that a short lease does not cut theirs short.
 *
 * <p>Safe for any number of threads. Each lane has a lock, which is never held during I/O. An empty
 * lane is dropped.
 */
final class Lanes {
  private static final int HELP_MILLIS = 50;
  private static final long HELP = TimeUnit.MILLISECONDS.toNanos(HELP_MILLIS);
  private static final int MAX_THREADS = 4;
  private static final int MAX_BATCH = 128;
  private static final int MAX_RATIO = 4;

  /** A request to be sent once. All but {@link #key} runs on a renewal thread. */
  interface Task {
    String key();

    /** The longest time to wait for the answer, in milliseconds. No side effect. */
    int timeout();

    /** The request; null if it is not needed any more. */
    LockStore.@Nullable Ask ask();

    /** Receives the answer, on the thread that sent the request. */
    void answered(LockStore.Answer answer);
  }

  private final LockStore store;
  private final LeaseKeeper keeper;
  private final ConcurrentMap<Object, Lane> lanes = new ConcurrentHashMap<>();

  Lanes(LockStore store, LeaseKeeper keeper) {
    this.store = store;
    this.keeper = keeper;
  }

  /** Sends a task as soon as its server's lane is free. Never waits. */
  void submit(Task task) {
    lanes.computeIfAbsent(store.serverOf(task.key()), Lane::new).add(task);
  }

  private final class Lane {
    private final Object server;
    private final ReentrantLock guard = new ReentrantLock();
    private final Deque<Task> queue = new ArrayDeque<>(); // guarded, like all below
    private int threads;
    private long batches;
    private long batchesBefore;
    private boolean helpPlanned;

    Lane(Object server) {
      this.server = server;
    }

    void add(Task task) {
      boolean first;
      boolean plan;
      guard.lock();
      try {
        queue.add(task);
        first = threads == 0;
        if (first) {
          threads++;
        }
        plan = !first && !helpPlanned;
        if (plan) {
          helpPlanned = true;
          batchesBefore = batches;
        }
      } finally {
        guard.unlock();
      }
      if (first) {
        start();
      }
      if (plan) {
        keeper.later(HELP, this::help);
      }
    }

    private void start() {
      if (keeper.work(this::run)) {
        return;
      }
      guard.lock();
      try {
        threads--;
        helpPlanned = true;
      } finally {
        guard.unlock();
      }
      keeper.later(HELP, this::help);
    }

    private void help() {
      boolean start;
      guard.lock();
      try {
        helpPlanned = !queue.isEmpty();
        if (!helpPlanned) {
          return;
        }
        start = batches == batchesBefore && threads < MAX_THREADS;
        batchesBefore = batches;
        if (start) {
          threads++;
        }
      } finally {
        guard.unlock();
      }
      if (start) {
        start();
      }
      keeper.later(HELP, this::help);
    }

    private void run() {
      for (List<Task> batch = take(); !batch.isEmpty(); batch = take()) {
        send(batch);
      }
    }

    /** Takes the oldest task, and others with similar timeouts. */
    private List<Task> take() {
      List<Task> batch = new ArrayList<>();
      guard.lock();
      try {
        Task oldest = queue.poll();
        if (oldest == null) {
          threads--;
          lanes.remove(server, this);
          return batch;
        }
        batches++;
        batch.add(oldest);
        int timeout = oldest.timeout();
        for (int left = queue.size(); left > 0; left--) {
          Task next = queue.remove();
          if (batch.size() < MAX_BATCH && isSimilar(timeout, next.timeout())) {
            batch.add(next);
          } else {
            queue.add(next);
          }
        }
        return batch;
      } finally {
        guard.unlock();
      }
    }

    private void send(List<Task> batch) {
      List<Task> sent = new ArrayList<>();
      List<LockStore.Ask> asks = new ArrayList<>();
      int shortest = Integer.MAX_VALUE;
      for (Task task : batch) {
        int timeout = task.timeout();
        LockStore.Ask ask = task.ask();
        if (ask != null) {
          sent.add(task);
          asks.add(ask);
          shortest = Math.min(shortest, timeout);
        }
      }
      if (!asks.isEmpty()) {
        List<LockStore.Answer> answers = askAll(asks, shortest);
        for (int i = 0; i < sent.size(); i++) {
          sent.get(i).answered(answers.get(i));
        }
      }
    }

    private List<LockStore.Answer> askAll(List<LockStore.Ask> asks, int timeout) {
      try {
        return store.askAll(server, asks, timeout);
      } catch (RuntimeException | Error e) {
        RedisException failure =
            new RedisException(
                new InvocationException(null, "UNKNOWN", "The command failed: " + e).withCause(e));
        return asks.stream().map(ask -> LockStore.Answer.failed(failure)).toList();
      }
    }
  }

  private static boolean isSimilar(int one, int other) {
    return other <= (long) MAX_RATIO * one && one <= (long) MAX_RATIO * other;
  }
}
