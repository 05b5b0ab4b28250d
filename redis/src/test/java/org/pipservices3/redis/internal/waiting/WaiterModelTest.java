package org.pipservices3.redis.internal.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.ModelCheck;

/**
 * A waiter that is ended or promoted at every step of its waiting. It is so small that the checker
 * tries all orders; a waiter that sleeps on is reported.
 */
@Tag(ModelCheck.TAG)
class WaiterModelTest {
  private static final long FOR_EVER = TimeUnit.DAYS.toNanos(1);
  private static final int ORDERS = 500;

  @Test
  void end_whileTheKeyIsRead_endsTheWait() {
    check("readAndWait", "end");
  }

  @Test
  void promote_whileItWaits_wakesItAsTheFirst() {
    check("waitToBeFirst", "promote");
  }

  @Test
  void checker_onlyWoken_isCaught() {
    List<List<Actor>> threads =
        List.of(calls(OnlyWoken.class, "readAndWait"), calls(OnlyWoken.class, "end"));
    assertThat(ModelCheck.violation(model(), OnlyWoken.class, threads)).contains("hung");
  }

  private static void check(String waiting, String waking) {
    List<List<Actor>> threads =
        List.of(calls(Waiting.class, waiting), calls(Waiting.class, waking));
    model()
        .addCustomScenario(new ExecutionScenario(List.of(), threads, List.of(), null))
        .iterations(0)
        .invocationsPerIteration(ORDERS)
        .check(Waiting.class);
  }

  private static List<Actor> calls(Class<?> model, String name) {
    return List.of(ModelCheck.call(model, name));
  }

  private static ModelCheckingOptions model() {
    return ModelCheck.of().sequentialSpecification(Ended.class);
  }

  public static class Waiting {
    final Waiter waiter = new Waiter("key", /* first= */ false);

    @Operation
    public void readAndWait() throws InterruptedException {
      waiter.forget();
      waiter.await(FOR_EVER);
    }

    @Operation
    public void end() {
      waiter.end();
    }

    @Operation
    public void waitToBeFirst() throws InterruptedException {
      while (!waiter.isFirst()) {
        waiter.await(FOR_EVER);
      }
    }

    @Operation
    public void promote() {
      waiter.promote();
    }
  }

  public static final class OnlyWoken extends Waiting {
    @Override
    public void end() {
      waiter.wake();
    }
  }

  public static final class Ended {
    public void readAndWait() {}

    public void end() {}

    public void waitToBeFirst() {}

    public void promote() {}
  }
}
