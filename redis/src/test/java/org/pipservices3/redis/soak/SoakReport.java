package org.pipservices3.redis.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes what a soak run has found, as {@code docs/soak.md} with a picture of every sample.
 *
 * @param after how full every structure was after the load
 */
record SoakReport(
    int minutes,
    String redis,
    int cuts,
    SoakLoad load,
    List<Sample> samples,
    Map<String, Integer> after) {

  private static final Path FOLDER = Path.of("..", "docs");
  private static final int ROWS = 10;
  private static final int WIDTH = 720;
  private static final int PANEL = 110;

  void write() throws IOException {
    Files.writeString(FOLDER.resolve("soak.md"), text());
    Files.writeString(FOLDER.resolve("soak.svg"), picture());
  }

  private String text() {
    return Stream.of(
            "# Soak",
            "",
            "After reading this page you can tell whether anything in the module grows under load.",
            "",
            "`mvn verify -Psoak` writes it: caches with near caches, locks and leases run with"
                + " random keys, over connections",
            "that are cut every ten seconds, some for a whole second. The run fails unless heap,"
                + " threads, `CLIENT LIST` and",
            "structures stay constant, and unless everything is empty at the end.",
            "",
            String.format(
                Locale.ROOT,
                "%s, JDK %s, Redis %s, %d minutes: %,d calls, %d cuts, %,d calls that failed"
                    + " because of them,",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.version().feature(),
                redis,
                minutes,
                load.calls.sum(),
                cuts,
                load.failures.sum()),
            String.format(
                Locale.ROOT,
                "%,d waits that timed out, %,d leases that expired or were lost.",
                load.timeouts.sum(),
                load.losses.sum()),
            "",
            "![All samples](soak.svg)",
            "",
            "| minute | calls | heap after GC, MB | this module's objects | threads | clients |"
                + " near-cache entries | other entries | Redis, MB |",
            "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
            rows(),
            "",
            "The maximum entries of each structure, and the entries after the load, with all"
                + " components",
            "still open and nothing in Redis:",
            "",
            "| structure | most | after |",
            "|---|--:|--:|",
            structures(),
            "",
            "Only the open sockets, the listeners for changes and the users of each connection are"
                + " left.",
            "Closed components have nothing: no entry, no thread, no client.")
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String rows() {
    List<String> rows = new ArrayList<>();
    int step = Math.max(1, samples.size() / ROWS);
    for (int i = step - 1; i < samples.size(); i += step) {
      Sample each = samples.get(i);
      rows.add(
          String.format(
              Locale.ROOT,
              "| %.1f | %,d | %.1f | %,d | %d | %d | %,d | %d | %.1f |",
              each.minute(),
              each.calls(),
              each.megabytes(),
              each.objects(),
              each.threads(),
              each.clients(),
              each.nearEntries(),
              each.entries(),
              each.serverBytes() / 1e6));
    }
    return String.join("\n", rows);
  }

  private String structures() {
    Map<String, Integer> most = new TreeMap<>();
    samples.forEach(
        sample -> sample.structures().forEach((place, size) -> most.merge(place, size, Math::max)));
    return most.entrySet().stream()
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "| `%s` | %,d | %,d |",
                    entry.getKey(),
                    entry.getValue(),
                    after.getOrDefault(entry.getKey(), 0)))
        .collect(Collectors.joining("\n"));
  }

  private String picture() {
    List<String> panels =
        List.of(
            panel(0, "heap after GC, MB", Sample::megabytes),
            panel(1, "threads", Sample::threads),
            panel(2, "clients", Sample::clients),
            panel(3, "entries besides the near cache", Sample::entries));
    return ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#444\">\n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n%s</svg>\n")
        .formatted(WIDTH, panels.size() * PANEL + 10, String.join("", panels));
  }

  /** One value over time, from zero to a little above its highest. */
  private String panel(int number, String title, ToDoubleFunction<Sample> value) {
    int top = number * PANEL + 25;
    int bottom = number * PANEL + PANEL - 5;
    double most = 1.1 * samples.stream().mapToDouble(value).max().orElse(1) + 1e-9;
    String points =
        samples.stream()
            .map(
                sample ->
                    String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        50 + (WIDTH - 70) * sample.minute() / minutes,
                        bottom - (bottom - top) * value.applyAsDouble(sample) / most))
            .collect(Collectors.joining(" "));
    return String.format(
        Locale.ROOT,
        """
        <text x="50" y="%d">%s</text>
        <text x="42" y="%d" text-anchor="end">%.0f</text>
        <text x="42" y="%d" text-anchor="end">0</text>
        <path d="M50 %dV%dH%d" fill="none" stroke="#bbb"/>
        <polyline points="%s" fill="none" stroke="#1f6fb2" stroke-width="1.5"/>
        """,
        top - 8,
        title,
        top + 8,
        most,
        bottom,
        top,
        bottom,
        WIDTH - 20,
        points);
  }
}
