package org.pipservices3.redis.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Svg collects the shapes of a drawing, readable on light and dark pages alike. */
final class Svg {
  private static final List<String> COLORS =
      List.of("#d7263d", "#1f77b4", "#2ca02c", "#ff9f1c", "#9467bd", "#7f7f7f");

  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  Svg(int width, int height) {
    this.width = width;
    this.height = height;
    add("<rect width='%d' height='%d' fill='#ffffff'/>", width, height);
  }

  static String color(int i) {
    return COLORS.get(i % COLORS.size());
  }

  /**
   * Writes text.
   *
   * @param anchor start, middle or end
   */
  void text(double x, double y, int size, String anchor, String text) {
    add(
        "<text x='%.1f' y='%.1f' font-size='%d' text-anchor='%s'>%s</text>",
        x, y, size, anchor, escape(text));
  }

  void line(double x1, double y1, double x2, double y2, String color, double thickness) {
    add(
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%.1f'/>",
        x1, y1, x2, y2, color, thickness);
  }

  void dot(double x, double y, String color) {
    add("<circle cx='%.1f' cy='%.1f' r='3.5' fill='%s'/>", x, y, color);
  }

  void rect(double x, double y, double w, double h, String color) {
    add("<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>", x, y, w, h, color);
  }

  String document() {
    return String.format(
        Locale.ROOT,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='sans-serif' fill='#222222'>%n%s</svg>%n",
        width,
        height,
        width,
        height,
        body);
  }

  private void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
