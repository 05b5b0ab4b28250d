package consumer;

import java.net.URI;
import org.pipservices3.redis.cache.RedisCache;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Arguments: URIs of servers; Boot's own Lettuce and Jedis take the first, beside this module. */
@SpringBootApplication
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
