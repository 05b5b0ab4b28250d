package org.pipservices3.redis.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.lock.RedisLock;

/** The soak run's measures can tell a leak from noise. */
class SampleTest {

  @Test
  void growth_slowLeak_isSeen() {
    assertThat(growth(i -> 20 + 0.1 * i)).isGreaterThan(3);
  }

  @Test
  void growth_levelWithNoiseAfterWarmUp_isNone() {
    assertThat(growth(i -> i < 8 ? 5 * i : 40 + (i % 3) * 0.2)).isBetween(-0.5, 0.5);
  }

  @Test
  void structures_unopenedLock_areFoundAndEmpty() {
    assertThat(Structures.of(List.of(new RedisLock())))
        .containsEntry("HeldLocks.byKey", 0)
        .allSatisfy((place, size) -> assertThat(size).as(place).isZero());
  }

  @Test
  void structures_ofSeveral_areSummedUp() {
    Holder one = new Holder(new HashMap<>(Map.of("a", 1)));
    Holder two = new Holder(new HashMap<>(Map.of("b", 2, "c", 3)));
    assertThat(Structures.of(List.of(one, two))).containsEntry("SampleTest.Holder.map", 3);
  }

  private static double growth(IntToDoubleFunction megabytes) {
    List<Sample> samples =
        IntStream.range(0, 60)
            .mapToObj(i -> sample(i, (long) (megabytes.applyAsDouble(i) * 1e6)))
            .toList();
    return Sample.growth(samples, Sample::megabytes);
  }

  private static Sample sample(int minute, long heap) {
    return new Sample(minute, 0, 0, heap, 0, 0, 0, 0, Map.of());
  }

  private record Holder(Map<String, Integer> map) {}
}
