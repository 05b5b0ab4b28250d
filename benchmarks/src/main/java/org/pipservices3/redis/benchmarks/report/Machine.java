package org.pipservices3.redis.benchmarks.report;

import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pipservices3.redis.benchmarks.contender.Address;
import redis.clients.jedis.Jedis;

/** Machine describes where the measurements were made: hardware, versions and date. */
final class Machine {
  private static final Pattern SERVER = Pattern.compile("redis_version:(\\S+)");
  private static final Pattern JAR = Pattern.compile(".*/[^/!]*?-(\\d[^/!]*)\\.jar!.*");

  private Machine() {}

  static Map<String, String> describe(Address redis, String plan) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    facts.put("pass", plan);
    facts.put("processor", processor());
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
    try (Jedis jedis = new Jedis(redis.host(), redis.port())) {
      Matcher version = SERVER.matcher(jedis.info("server"));
      facts.put("Redis", version.find() ? version.group(1) + ", on the same machine" : "?");
    }
    facts.put("Jedis", version(Jedis.class));
    facts.put("Lettuce", version(RedisClient.class));
    facts.put("Redisson", version(org.redisson.Redisson.class));
    facts.put(
        "Spring Data Redis", version(org.springframework.data.redis.cache.RedisCacheManager.class));
    facts.put(
        "Spring Integration",
        version(org.springframework.integration.redis.util.RedisLockRegistry.class));
    facts.put("Caffeine", version(com.github.benmanes.caffeine.cache.Caffeine.class));
    return facts;
  }

  /** By the name of the jar: not every library says it in its manifest. */
  private static String version(Class<?> type) {
    URL url = type.getResource(type.getSimpleName() + ".class");
    Matcher jar = JAR.matcher(String.valueOf(url));
    return jar.matches() ? jar.group(1) : "?";
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      Optional<String> model =
          lines
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst();
      return model.orElse("?");
    } catch (IOException e) {
      return "?";
    }
  }
}
