package org.pipservices3.redis.benchmarks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.Metric;
import redis.clients.jedis.Jedis;

/**
 * Effort measures where the time of an operation goes: the processor time of this process and of
 * the server, the kernel's thread switches, the server's reads, and the idle time.
 *
 * <p>It reads the kernel's statistics, so it needs Linux. Those of this process include threads
 * that have ended; switches and idle time are the whole machine's, which has to be idle otherwise.
 */
public final class Effort implements AutoCloseable {
  private static final Path PROCESS = Path.of("/proc/self/stat");
  private static final Path MACHINE = Path.of("/proc/stat");
  private static final double MICROS_PER_TICK = 10_000;

  private static final int USER = 11;
  private static final int KERNEL = 12;
  private static final int IDLE = 3;

  private final Jedis jedis;

  /** Times are in microseconds. */
  private record Books(
      double user,
      double kernel,
      double server,
      double switches,
      double reads,
      double idle,
      double processors) {}

  public Effort(Address redis) {
    this.jedis = new Jedis(redis.host(), redis.port());
  }

  /** Whether this machine has these statistics. */
  public static boolean isKnown() {
    return Files.isReadable(PROCESS) && Files.isReadable(MACHINE);
  }

  /** A turn that also measures its effort. */
  public Turn of(Turn turn) {
    return window -> {
      Books before = read();
      Map<Metric, Double> measured = turn.measure(window);
      Books after = read();
      return with(measured, before, after, window);
    };
  }

  @Override
  public void close() {
    jedis.close();
  }

  private static Map<Metric, Double> with(
      Map<Metric, Double> measured, Books before, Books after, Duration window) {
    double operations = Math.max(1, measured.get(Metric.RATE) * window.toNanos() / 1e9);
    Map<Metric, Double> sample = new EnumMap<>(Metric.class);
    sample.put(Metric.RATE, measured.get(Metric.RATE));
    sample.put(Metric.USER, (after.user - before.user) / operations);
    sample.put(Metric.KERNEL, (after.kernel - before.kernel) / operations);
    sample.put(Metric.SERVER, (after.server - before.server) / operations);
    sample.put(Metric.SWITCHES, (after.switches - before.switches) / operations);
    sample.put(Metric.READS, (after.reads - before.reads) / operations);
    double all = Math.max(1, after.processors - before.processors);
    sample.put(Metric.IDLE, 100 * (after.idle - before.idle) / all);
    return sample;
  }

  private Books read() throws IOException {
    String process = Files.readString(PROCESS, StandardCharsets.ISO_8859_1);
    String[] own = process.substring(process.lastIndexOf(')') + 2).split(" ", -1);
    String machine = Files.readString(MACHINE, StandardCharsets.ISO_8859_1);
    double[] times =
        Arrays.stream(
                machine.substring("cpu".length(), machine.indexOf('\n')).strip().split(" ", -1))
            .mapToDouble(ticks -> Long.parseLong(ticks) * MICROS_PER_TICK)
            .toArray();
    String server = jedis.info();
    return new Books(
        Long.parseLong(own[USER]) * MICROS_PER_TICK,
        Long.parseLong(own[KERNEL]) * MICROS_PER_TICK,
        1e6 * (number(server, "used_cpu_user:") + number(server, "used_cpu_sys:")),
        number(machine, "ctxt "),
        number(server, "total_reads_processed:"),
        times[IDLE],
        Arrays.stream(times).sum());
  }

  private static double number(String text, String name) {
    Matcher matcher = Pattern.compile("^" + name + "([0-9.]+)", Pattern.MULTILINE).matcher(text);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
  }
}
