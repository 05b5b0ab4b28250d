package org.pipservices3.redis.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.suite.ProcessesSuite.Held;

class ProcessesSuiteTest {

  @Test
  void figures_notesOfTwo_countTheWayFromOneToTheOther() {
    List<Held> notes =
        List.of(
            new Held(0, 0, 1_000),
            new Held(0, 500_000_000, 500_001_000),
            new Held(1, 500_051_000, 500_060_000),
            new Held(0, 1_000_000_000, 1_000_001_000));
    Map<Metric, Double> figures = ProcessesSuite.figures(notes, /* processes= */ 2);
    assertThat(figures.get(Metric.RATE)).isEqualTo(3);
    assertThat(figures.get(Metric.HANDOFFS)).isEqualTo(2);
    assertThat(figures.get(Metric.FAIRNESS)).isEqualTo(1 / 3.0);
    assertThat(figures.get(Metric.P50)).isBetween(49.9, 50.1);
  }

  @Test
  void figures_twoAtOnce_areNone() {
    List<Held> notes = List.of(new Held(1, 1_500, 2_000), new Held(0, 1_000, 1_501));
    assertThatThrownBy(() -> ProcessesSuite.figures(notes, /* processes= */ 2))
        .hasMessageContaining("at once");
  }

  @Test
  void figures_noNotes_areNone() {
    assertThat(ProcessesSuite.figures(List.of(), /* processes= */ 2)).isEmpty();
  }
}
