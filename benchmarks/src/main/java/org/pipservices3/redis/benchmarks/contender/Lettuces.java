package org.pipservices3.redis.benchmarks.contender;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Lettuces makes Spring's connections, which are Lettuce's. */
final class Lettuces {
  private Lettuces() {}

  static LettuceConnectionFactory connect(Address redis) {
    LettuceConnectionFactory factory =
        new LettuceConnectionFactory(new RedisStandaloneConfiguration(redis.host(), redis.port()));
    factory.afterPropertiesSet();
    factory.start();
    return factory;
  }
}
