package org.pipservices3.redis.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** BarChart draws groups of bars, one bar per contender, with the value at the end of each. */
final class BarChart {
  private static final int WIDTH = 820;
  private static final int LEFT = 210;
  private static final int RIGHT = 720;
  private static final int TOP = 50;
  private static final int BAR = 18;
  private static final int GAP = 34;

  private final String title;
  private final String footer;
  private final List<String> contenders;
  private final List<String> groups = new ArrayList<>();
  private final List<List<Double>> bars = new ArrayList<>();

  BarChart(String title, String footer, List<String> contenders) {
    this.title = title;
    this.footer = footer;
    this.contenders = contenders;
  }

  /** Adds a group: a value per contender, zero for none. */
  void add(String name, List<Double> values) {
    groups.add(name);
    bars.add(values);
  }

  String draw() {
    int height = TOP + groups.size() * (contenders.size() * BAR + GAP) + 40;
    Svg svg = new Svg(WIDTH, height);
    svg.text(20, 28, 16, "start", title);
    svg.text(20, height - 14, 11, "start", footer);
    double y = TOP;
    for (int group = 0; group < groups.size(); group++) {
      List<Double> values = bars.get(group);
      double most = Math.max(Collections.max(values), Double.MIN_NORMAL);
      svg.text(20, y + 14, 13, "start", groups.get(group));
      y += 22;
      for (int i = 0; i < values.size(); i++) {
        double value = values.get(i);
        double length = (RIGHT - LEFT) * value / most;
        svg.text(LEFT - 8, y + 13, 12, "end", contenders.get(i));
        svg.rect(LEFT, y + 2, Math.max(1, length), BAR - 4.0, Svg.color(i));
        svg.text(
            LEFT + length + 6, y + 13, 11, "start", value == 0 ? "none" : Tables.number(value));
        y += BAR;
      }
      y += GAP - 22;
    }
    return svg.document();
  }
}
