package org.pipservices3.redis.benchmarks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pipservices3.redis.benchmarks.contender.Address;

/** ServerLimit measures the server's own rate by redis-benchmark, a client in C. */
public final class ServerLimit {
  private static final Pattern RATE = Pattern.compile("([0-9.]+) requests per second");

  private static final String PROGRAM = "redis-benchmark";

  private ServerLimit() {}

  public static boolean isInstalled() {
    return RedisProcess.find(PROGRAM) != null;
  }

  /** GETs per second of 64 connections. */
  public static double gets(Address redis, int pipeline, int bytes, int requests)
      throws IOException {
    return gets(redis, /* connections= */ 64, pipeline, bytes, requests);
  }

  /**
   * GETs per second.
   *
   * @param pipeline how many requests a connection sends together
   */
  public static double gets(Address redis, int connections, int pipeline, int bytes, int requests)
      throws IOException {
    Path program = RedisProcess.find(PROGRAM);
    if (program == null) {
      throw new IOException("redis-benchmark is not installed");
    }
    List<String> command = new ArrayList<>(List.of(program.toString(), "-h", redis.host()));
    command.addAll(List.of("-p", String.valueOf(redis.port()), "-c", String.valueOf(connections)));
    command.addAll(List.of("-P", String.valueOf(pipeline), "-d", String.valueOf(bytes)));
    command.addAll(List.of("-n", String.valueOf(requests), "-q", "-t", "set,get"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    double rate = 0;
    Matcher matcher = RATE.matcher(output);
    while (matcher.find()) {
      rate = Double.parseDouble(matcher.group(1)); // SET comes first, GET last
    }
    if (rate == 0) {
      throw new IOException("redis-benchmark failed: " + output);
    }
    return rate;
  }
}
