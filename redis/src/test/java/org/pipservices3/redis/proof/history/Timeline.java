package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A picture of holders and faults over time, as SVG. */
public final class Timeline {
  private static final int WIDTH = 1_400;
  private static final int MARGIN = 170;
  private static final int LANE = 22;
  private static final String[] COLOURS = {
    "#4878a8", "#e08a3c", "#5aa35a", "#b55a8c", "#8a7ac0", "#a08060", "#3ca0a0", "#909040"
  };

  private record Bar(long from, long to, String colour, String title) {}

  private final long from;
  private final long to;
  private final Map<String, List<Bar>> lanes = new TreeMap<>();

  private Timeline(long from, long to) {
    this.from = from;
    this.to = Math.max(to, from + 1);
  }

  /** The holders of every lock, and the faults, over a whole run. */
  public static String of(History history) {
    long from = history.operations().stream().mapToLong(Operation::begin).min().orElse(0);
    Timeline picture = new Timeline(from, history.over());
    picture.addFaults(history);
    history.tenuresByKey().forEach(picture::addHolders);
    return picture.svg();
  }

  /** What every process did with the keys of a violation, around it. */
  public static String of(History history, Violation violation) {
    long around =
        Math.max((violation.end() - violation.begin()) / 4, TimeUnit.MILLISECONDS.toNanos(20));
    Timeline picture = new Timeline(violation.begin() - around, violation.end() + around);
    picture.addFaults(history);
    List<String> keys = violation.operations().stream().map(Operation::key).distinct().toList();
    for (String key : keys) {
      picture.addHolders(key, history.tenuresByKey().getOrDefault(key, List.of()));
    }
    history.operations().stream()
        .filter(each -> keys.contains(each.key()))
        .filter(each -> each.begin() < picture.to && each.end() > picture.from)
        .forEach(each -> picture.addOperation(each, violation.operations().contains(each)));
    return picture.svg();
  }

  private void addFaults(History history) {
    for (Fault fault : history.faults()) {
      String colour = fault.losesData() ? "#c03030" : "#d8a0a0";
      add("faults", new Bar(fault.begin(), fault.end(), colour, fault.name()));
    }
  }

  private void addHolders(String key, List<Tenure> tenures) {
    for (Tenure tenure : tenures) {
      Operation grant = tenure.grant();
      String title = grant.kind() + " by process " + grant.process() + " [" + grant.id() + "]";
      add("held " + key, new Bar(grant.end(), tenure.promisedUntil(), colour(grant), title));
    }
  }

  private void addOperation(Operation each, boolean guilty) {
    String lane = "process " + each.process() + " thread " + each.thread();
    String title =
        each.kind()
            + " "
            + each.key()
            + " "
            + each.outcome()
            + " "
            + each.result()
            + " ["
            + each.id()
            + "]";
    add(
        lane,
        new Bar(each.begin(), Math.min(each.end(), to), guilty ? "#c03030" : colour(each), title));
  }

  private void add(String lane, Bar bar) {
    if (bar.to >= from && bar.from <= to && bar.to >= bar.from) {
      lanes.computeIfAbsent(lane, name -> new ArrayList<>()).add(bar);
    }
  }

  private String svg() {
    StringBuilder svg = new StringBuilder();
    int height = (lanes.size() + 2) * LANE;
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d'"
                + " font-family='sans-serif' font-size='12'>%n<rect width='100%%' height='100%%'"
                + " fill='white'/>%n",
            WIDTH,
            height));
    int y = LANE / 2;
    for (Map.Entry<String, List<Bar>> lane : lanes.entrySet()) {
      svg.append(
          String.format(
              Locale.ROOT, "<text x='4' y='%d'>%s</text>%n", y + 14, escaped(lane.getKey())));
      int top = y;
      svg.append(
          lane.getValue().stream().map(bar -> rectangle(bar, top)).collect(Collectors.joining()));
      y += LANE;
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='%d' y='%d'>%s from end to end</text>%n</svg>%n",
            MARGIN,
            y + 14,
            Checker.millis(to - from)));
    return svg.toString();
  }

  private String rectangle(Bar bar, int y) {
    double left = x(Math.max(bar.from, from));
    double width = Math.max(1, x(Math.min(bar.to, to)) - left);
    return String.format(
        Locale.ROOT,
        "<rect x='%.1f' y='%d' width='%.1f' height='%d' fill='%s'><title>%s</title></rect>%n",
        left,
        y,
        width,
        LANE - 6,
        bar.colour,
        escaped(bar.title));
  }

  private double x(long time) {
    return MARGIN + (double) (time - from) / (to - from) * (WIDTH - MARGIN - 10);
  }

  private static String colour(Operation each) {
    return COLOURS[Math.floorMod(each.process(), COLOURS.length)];
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
  }
}
