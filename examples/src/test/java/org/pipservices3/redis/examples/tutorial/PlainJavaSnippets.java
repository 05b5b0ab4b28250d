package org.pipservices3.redis.examples.tutorial;

import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.lock.RedisLock;

/** The code of README.md for a program without a container. */
final class PlainJavaSnippets {
  private PlainJavaSnippets() {}

  static RedisConnection share(ConfigParams config, RedisCache cache, RedisLock lock)
      throws ApplicationException {
    // plain-java:share
    RedisConnection connection = new RedisConnection();
    connection.configure(config);
    Descriptor descriptor = new Descriptor("pip-services", "connection", "redis", "default", "1.0");
    cache.setReferences(References.fromTuples(descriptor, connection));
    lock.setReferences(References.fromTuples(descriptor, connection));
    // end
    return connection;
  }
}
