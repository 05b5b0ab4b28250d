package consumer;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.examples.recipes.SpringCache;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.support.SimpleCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Service;

/**
 * Arguments: URIs of servers. Boot's own Lettuce and Jedis take the first, beside this module,
 * which is also Spring's cache by the recipe of the examples.
 */
@SpringBootApplication
@EnableCaching
public class BootMain {

  public static void main(String[] args) throws Exception {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(BootMain.class)
            .web(WebApplicationType.NONE)
            .properties("spring.data.redis.url=" + args[0], "spring.main.banner-mode=off")
            .properties("logging.level.root=warn")
            .run()) {
      context.getBean(RedisCache.class).store("consumer", "consumer:boot", "value", 60_000);
      StringRedisTemplate lettuce = context.getBean(StringRedisTemplate.class);
      Use.check("\"value\"".equals(lettuce.opsForValue().get("consumer:boot")), "Boot's Lettuce");
      Words words = context.getBean(Words.class);
      String first = words.token("a");
      Use.check(first.equals(words.token("a")), "@Cacheable");
      words.forget("a");
      Use.check(!first.equals(words.token("a")), "@CacheEvict");
      Use.check("\"value\"".equals(jedis(URI.create(args[0]), "consumer:boot")), "Boot's Jedis");
    }
    for (String uri : args) {
      Use.all(uri);
    }
  }

  @Bean
  RedisCache cache(@Value("${spring.data.redis.url}") String uri) throws Exception {
    RedisCache cache = Use.cacheAt(uri);
    cache.open("consumer");
    return cache;
  }

  @Bean
  CacheManager cacheManager(RedisCache cache) {
    SimpleCacheManager manager = new SimpleCacheManager();
    manager.setCaches(List.of(new SpringCache("word", String.class, Duration.ofMinutes(1), cache)));
    return manager;
  }

  @Service
  public static class Words {
    @Cacheable(cacheNames = "word", key = "#id", sync = true)
    public String token(String id) {
      return id + UUID.randomUUID();
    }

    @CacheEvict(cacheNames = "word", key = "#id")
    public void forget(String id) {}
  }

  private static String jedis(URI uri, String key) {
    JedisConnectionFactory factory =
        new JedisConnectionFactory(new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
    factory.afterPropertiesSet();
    factory.start();
    try (RedisConnection connection = factory.getConnection()) {
      return new String(connection.stringCommands().get(key.getBytes()));
    } finally {
      factory.destroy();
    }
  }
}
