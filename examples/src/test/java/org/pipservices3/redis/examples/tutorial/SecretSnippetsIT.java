package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.examples.TestServer;
import redis.clients.jedis.Jedis;

/** The configuration of docs/operations.md takes the password from the environment. */
class SecretSnippetsIT {
  private static final String CONFIG =
      """
      - descriptor: pip-services:cache:redis:default:1.0
        connection:
          host: '{{REDIS_HOST}}'
          port: '{{REDIS_PORT}}'
        credential:
          password: '{{REDIS_PASSWORD}}'
      """;

  private final TestServer server = new TestServer();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret", "a&b<c>\"d: #e{f}\\g"})
  void readConfig_passwordInTheEnvironment_opensWithIt(String password) throws Exception {
    try (Jedis redis = new Jedis(URI.create(server.uri()))) {
      redis.configSet("requirepass", password);
    }
    Path file = folder.resolve("config.yml");
    Files.writeString(file, CONFIG);
    SecretSnippets service =
        new SecretSnippets(
            Map.of(
                "REDIS_HOST",
                "127.0.0.1",
                "REDIS_PORT",
                Integer.toString(server.port()),
                "REDIS_PASSWORD",
                password));
    service.readConfigFromFile("123", file.toString(), new ConfigParams());
    service.open("123");
    RedisCache cache =
        service
            .getReferences()
            .getOneRequired(RedisCache.class, new Descriptor("*", "cache", "*", "*", "*"));
    assertThat(cache.store("123", "tea", 150, 60_000)).isEqualTo(true);
    service.close("123");
  }
}
