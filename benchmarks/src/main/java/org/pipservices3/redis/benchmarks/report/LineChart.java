package org.pipservices3.redis.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** LineChart draws a figure of several contenders over thread counts, evenly spaced. */
final class LineChart {
  private static final int WIDTH = 820;
  private static final int HEIGHT = 420;
  private static final int LEFT = 60;
  private static final int RIGHT = 640;
  private static final int TOP = 50;
  private static final int BOTTOM = 350;
  private static final int STEPS = 5;

  private final String title;
  private final String footer;
  private final List<Integer> ticks;
  private final List<String> names = new ArrayList<>();
  private final List<List<Double>> lines = new ArrayList<>();

  LineChart(String title, String footer, List<Integer> ticks) {
    this.title = title;
    this.footer = footer;
    this.ticks = ticks;
  }

  /** Adds a line: a value per tick. */
  void add(String name, List<Double> values) {
    names.add(name);
    lines.add(values);
  }

  String draw() {
    Svg svg = new Svg(WIDTH, HEIGHT);
    svg.text(LEFT, 28, 16, "start", title);
    svg.text(LEFT, HEIGHT - 14, 11, "start", footer);
    double most =
        STEPS * step(lines.stream().map(Collections::max).max(Double::compare).orElse(1.0));
    for (int step = 0; step <= STEPS; step++) {
      double value = most * step / STEPS;
      svg.line(LEFT, y(value, most), RIGHT, y(value, most), "#dddddd", 1);
      svg.text(LEFT - 6, y(value, most) + 4, 11, "end", Tables.number(value));
    }
    for (int i = 0; i < ticks.size(); i++) {
      svg.text(x(i), BOTTOM + 20, 11, "middle", String.valueOf(ticks.get(i)));
    }
    for (int line = lines.size() - 1; line >= 0; line--) {
      draw(svg, line, most);
    }
    return svg.document();
  }

  private void draw(Svg svg, int line, double most) {
    List<Double> values = lines.get(line);
    String color = Svg.color(line);
    for (int i = 0; i < values.size(); i++) {
      svg.dot(x(i), y(values.get(i), most), color);
      if (i > 0) {
        double from = y(values.get(i - 1), most);
        svg.line(x(i - 1), from, x(i), y(values.get(i), most), color, line == 0 ? 3 : 2);
      }
    }
    double legend = TOP + 10.0 + 22 * line;
    svg.rect(RIGHT + 20, legend - 9, 12, 12, color);
    svg.text(RIGHT + 38, legend + 1, 12, "start", names.get(line));
  }

  /** The distance of round numbers of which the largest value needs all. */
  private static double step(double largest) {
    double power = Math.pow(10, Math.floor(Math.log10(largest / STEPS)));
    double step = power;
    for (double factor : new double[] {2, 2.5, 5, 10}) {
      if (step * STEPS < largest) {
        step = factor * power;
      }
    }
    return step;
  }

  private double x(int i) {
    return LEFT + 20 + (RIGHT - LEFT - 40.0) * i / Math.max(1, ticks.size() - 1);
  }

  private static double y(double value, double most) {
    return BOTTOM - (BOTTOM - TOP) * value / most;
  }
}
