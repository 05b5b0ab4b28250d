package org.pipservices3.redis.internal.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.ModelCheck;

/**
 * The wait queues in every order of steps that a model checker comes to try, around a lock as plain
 * as a flag.
 *
 * <p>Threads take turns in counting under the lock, as {@link WaitLoop} has them do it, while
 * others come, time out or are interrupted, and leave. A lost wake-up or a promotion that does not
 * happen leaves a thread asleep for ever, which the checker reports; two heads of a queue at once
 * are an error by themselves; and afterwards no queue may be left.
 *
 * <p>The clock stands still in the model, so nobody is saved by a timeout.
 */
@Tag(ModelCheck.TAG)
class WaitQueuesModelTest {
  private static final long FOR_EVER = TimeUnit.DAYS.toNanos(1);

  @Test
  void enter_countingInTurn_everybodyIsServed() {
    model().check(Queues.class);
  }

  @Test
  void enter_threeThreads_everybodyIsServed() {
    model().threads(3).actorsPerThread(1).check(Queues.class);
  }

  @Test
  void checker_releaseWithoutWaking_isCaught() {
    assertThat(violation(NobodyIsWoken.class)).contains("hung");
  }

  @Test
  void checker_everybodyIsFirst_isCaught() {
    assertThat(violation(EverybodyIsFirst.class)).contains("Invalid execution results");
  }

  private static String violation(Class<?> broken) {
    List<Actor> count = List.of(ModelCheck.call(broken, "count"));
    return ModelCheck.violation(model(), broken, List.of(count, count));
  }

  private static ModelCheckingOptions model() {
    return ModelCheck.of().sequentialSpecification(Counter.class);
  }

  public static class Queues {
    final WaitQueues queues = new WaitQueues();
    private final AtomicBoolean held = new AtomicBoolean();
    private final AtomicInteger heads = new AtomicInteger();
    private int count;

    Waiter enter() {
      return queues.enter("key");
    }

    void leave(Waiter waiter) {
      queues.leave(waiter);
    }

    void wake() {
      queues.wake("key");
    }

    @Operation
    public int count() throws InterruptedException {
      Waiter waiter = enter();
      try {
        while (!waiter.isFirst()) {
          waiter.await(FOR_EVER);
        }
        assertAlone();
        while (!held.compareAndSet(false, true)) {
          waiter.await(FOR_EVER);
        }
        heads.decrementAndGet();
      } finally {
        leave(waiter);
      }
      int counted = ++count;
      held.set(false);
      wake();
      return counted;
    }

    /** What becomes of who has no time left. */
    @Operation
    public void timeOut() throws InterruptedException {
      Waiter waiter = enter();
      try {
        waiter.await(0);
      } finally {
        leave(waiter);
      }
    }

    @Operation
    public void beInterrupted() {
      Waiter waiter = enter();
      Thread.currentThread().interrupt();
      try {
        waiter.await(FOR_EVER);
      } catch (InterruptedException e) {
        return;
      } finally {
        leave(waiter);
      }
      Thread.interrupted();
    }

    @Validate
    public void nothingIsLeft() {
      queues.wake("key"); // fails if a queue without anybody is left
      if (!queues.enter("key").isFirst()) {
        throw new AssertionError("a waiter was left in the queue");
      }
    }

    private void assertAlone() {
      if (heads.incrementAndGet() != 1) {
        throw new IllegalStateException("two heads of one queue");
      }
    }
  }

  public static final class NobodyIsWoken extends Queues {
    @Override
    void wake() {}
  }

  public static final class EverybodyIsFirst extends Queues {
    @Override
    Waiter enter() {
      Waiter waiter = super.enter();
      waiter.promote();
      return waiter;
    }
  }

  public static final class Counter {
    private int count;

    public int count() {
      return ++count;
    }

    public void timeOut() {}

    public void beInterrupted() {}
  }
}
