package org.pipservices3.redis.benchmarks.server;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.load.Metric;
import redis.clients.jedis.Jedis;

/**
 * CommandCount counts the commands that a server runs for its clients. HELLO and CLIENT, which open
 * a connection, are not counted; heartbeats (PING) are counted separately. A script's own commands
 * count like any other.
 */
public final class CommandCount implements AutoCloseable {
  private static final Pattern CALLS = Pattern.compile("cmdstat_(\\S+?):calls=(\\d+)");

  private final Jedis jedis;
  private final Set<String> ignored;
  private long commands;
  private long pings;

  /**
   * Creates a count.
   *
   * @param ignored commands of others, which are not counted
   */
  public CommandCount(Address redis, String... ignored) {
    this.jedis = new Jedis(redis.host(), redis.port());
    this.ignored = Set.copyOf(List.of(ignored));
  }

  public void start() {
    commands = sum(this::isWork);
    pings = sum("ping"::equals);
  }

  /** The commands since the start. */
  public Map<Metric, Double> sample() {
    return Map.of(
        Metric.COMMANDS,
        (double) (sum(this::isWork) - commands),
        Metric.PINGS,
        (double) (sum("ping"::equals) - pings));
  }

  @Override
  public void close() {
    jedis.close();
  }

  private boolean isWork(String command) {
    return !command.equals("info")
        && !command.equals("ping")
        && !command.equals("hello")
        && !command.startsWith("client")
        && !ignored.contains(command);
  }

  private long sum(Predicate<String> which) {
    Matcher matcher = CALLS.matcher(jedis.info("commandstats"));
    long sum = 0;
    while (matcher.find()) {
      if (which.test(matcher.group(1))) {
        sum += Long.parseLong(matcher.group(2));
      }
    }
    return sum;
  }
}
