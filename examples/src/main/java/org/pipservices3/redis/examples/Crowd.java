package org.pipservices3.redis.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Crowd has many threads do the same at the same time. */
final class Crowd {
  private static final long PATIENCE = 10_000;

  /** What each thread does, by its number. */
  @FunctionalInterface
  interface Member {
    void act(int number) throws Exception;
  }

  private Crowd() {}

  /** Returns when all have finished; throws what one of them threw. */
  static void run(int threads, Member member) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<?>> members = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        members.add(
            pool.submit(
                () -> {
                  start.await();
                  member.act(number);
                  return null;
                }));
      }
      for (Future<?> each : members) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(PATIENCE, TimeUnit.MILLISECONDS);
    }
  }
}
