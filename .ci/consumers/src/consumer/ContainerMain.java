package consumer;

import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.container.Container;
import org.pipservices3.redis.build.DefaultRedisFactory;
import org.pipservices3.redis.cache.RedisCache;

/**
 * Arguments: a container's configuration, and the URIs of servers; the container takes the first.
 */
public final class ContainerMain {
  private ContainerMain() {}

  public static void main(String[] args) throws Exception {
    Container container = new Container("consumer", "Uses the Redis module");
    container.addFactory(new DefaultRedisFactory());
    container.readConfigFromFile(
        "consumer", args[0], ConfigParams.fromTuples("REDIS_URI", args[1]));
    container.open("consumer");
    try {
      RedisCache cache =
          container
              .getReferences()
              .getOneRequired(RedisCache.class, new Descriptor("*", "cache", "redis", "*", "1.0"));
      cache.store("consumer", "consumer:container", "value", 60_000);
      Use.check("value".equals(cache.retrieve("consumer", "consumer:container")), "container");
    } finally {
      container.close("consumer");
    }
    for (int i = 1; i < args.length; i++) {
      Use.all(args[i]);
    }
  }
}
