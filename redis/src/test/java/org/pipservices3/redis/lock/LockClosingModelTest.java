package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pipservices3.components.count.CompositeCounters;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.trace.CompositeTracer;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.ModelCheck;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.internal.waiting.FairnessBackoff;
import org.pipservices3.redis.internal.waiting.KeyWatch;
import org.pipservices3.redis.internal.waiting.WaitQueues;
import org.pipservices3.redis.internal.waiting.Waiter;

/**
 * The closing of a lock at every step of the threads that wait for it: the first in the queue, the
 * next, one that just comes, and one that leaves.
 *
 * <p>Another holds the key for ever, and the clock stands still: a waiter that its closing does not
 * end sleeps for ever, which the checker reports.
 */
@Tag(ModelCheck.TAG)
class LockClosingModelTest {
  private static final long FOR_EVER = TimeUnit.DAYS.toNanos(1);
  private static final int NOT_OPENED = -1;

  @Test
  void close_oneWaits_isEnded() {
    check("acquire", "close");
  }

  @Test
  void close_severalWait_allAreEnded() {
    check("acquire", "acquire", "close");
  }

  @Test
  void close_theFirstIsReleasedOrInterrupted_theNextIsEnded() {
    check("beInterrupted", "acquire", "close");
    check("acquire", "release close", "acquire");
  }

  @Test
  void checker_waitersAreOnlyWoken_isCaught() {
    assertThat(violation(OnlyWoken.class)).contains("hung");
  }

  @Test
  void checker_forgottenEnd_isCaught() {
    assertThat(violation(EndIsForgotten.class)).contains("hung");
  }

  private static String violation(Class<?> broken) {
    return ModelCheck.violation(
        model(), broken, List.of(calls(broken, "acquire"), calls(broken, "close")));
  }

  private static void check(String... threads) {
    List<List<Actor>> actors = Stream.of(threads).map(each -> calls(Waiting.class, each)).toList();
    model()
        .addCustomScenario(new ExecutionScenario(List.of(), actors, List.of(), null))
        .iterations(0)
        .invocationsPerIteration(Scale.times(60, 3_000))
        .check(Waiting.class);
  }

  private static List<Actor> calls(Class<?> model, String names) {
    return Stream.of(names.split(" ")).map(name -> ModelCheck.call(model, name)).toList();
  }

  private static ModelCheckingOptions model() {
    return ModelCheck.of(HeldLocks.class, FairnessBackoff.class, LockMetrics.class)
        .sequentialSpecification(Closed.class);
  }

  /** Reads the key in vain, and sleeps. */
  private static class ForeignHolder implements KeyWatch {
    @Override
    public void await(Waiter waiter, long nanos) throws InterruptedException {
      waiter.forget();
      waiter.await(nanos);
    }
  }

  public static class Waiting {
    final WaitLoop loop;
    private WaitQueues queues;

    public Waiting() {
      this(new ForeignHolder());
    }

    Waiting(KeyWatch watch) {
      KeyWatch watching =
          new KeyWatch() {
            @Override
            public void start(WaitQueues started) {
              queues = started;
            }

            @Override
            public void await(Waiter waiter, long nanos) throws InterruptedException {
              watch.await(waiter, nanos);
            }
          };
      LockMetrics metrics =
          new LockMetrics(
              new CompositeLogger(), new CompositeCounters(), new CompositeTracer(), "");
      loop =
          new WaitLoop(new FakeStore(() -> 0), watching, new HeldLocks(() -> 0), metrics, () -> 0);
    }

    @Operation
    public int acquire() throws Exception {
      try {
        return loop.<Integer>await(null, "key", FOR_EVER, () -> null);
      } catch (RedisException e) {
        return NOT_OPENED;
      }
    }

    @Operation
    public void beInterrupted() throws Exception {
      Thread.currentThread().interrupt();
      try {
        acquire();
      } catch (InterruptedException e) {
        return;
      }
      throw new IllegalStateException("not interrupted");
    }

    @Operation
    public void release() {
      loop.onReleased("key");
    }

    @Operation
    public void close() {
      loop.close();
    }

    WaitQueues queues() {
      return queues;
    }

    @Validate
    public void nothingIsLeft() {
      queues.wake("key"); // fails if a queue without anybody is left
      if (!queues.enter("key").isFirst()) {
        throw new AssertionError("a waiter was left in the queue");
      }
    }
  }

  /** Wakes the waiters, who do not learn of the end. */
  public static final class OnlyWoken extends Waiting {
    @Override
    public void close() {
      queues().wakeAll();
    }
  }

  /** A waiter drops the wake-up of its end with all others, as it reads the key. */
  public static final class EndIsForgotten extends Waiting {
    public EndIsForgotten() {
      super(
          (waiter, nanos) -> {
            waiter.await(1);
            waiter.await(nanos);
          });
    }
  }

  public static final class Closed {
    public int acquire() {
      return NOT_OPENED;
    }

    public void beInterrupted() {}

    public void release() {}

    public void close() {}
  }
}
