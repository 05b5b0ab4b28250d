package org.pipservices3.redis.benchmarks.contender;

import java.util.function.UnaryOperator;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;

/** OurLoading is this module's {@code retrieveOrLoad}, with its defaults. */
final class OurLoading implements LoadingClient {
  private final RedisCache cache = new RedisCache();
  private final UnaryOperator<String> source;

  private OurLoading(Address redis, UnaryOperator<String> source, boolean near)
      throws ApplicationException {
    this.source = source;
    cache.configure(
        ConfigParams.fromTuples(
            "connection.host",
            redis.host(),
            "connection.port",
            redis.port(),
            "options.near_cache",
            near));
    cache.open(null);
  }

  static OurLoading far(Address redis, UnaryOperator<String> source) throws ApplicationException {
    return new OurLoading(redis, source, /* near= */ false);
  }

  static OurLoading near(Address redis, UnaryOperator<String> source) throws ApplicationException {
    return new OurLoading(redis, source, /* near= */ true);
  }

  @Override
  public String get(String key) {
    String value =
        cache.retrieveOrLoad(
            null, key, String.class, LIFETIME_MILLIS, (trace, asked) -> source.apply(asked));
    if (value == null) {
      throw new IllegalStateException("Nothing was loaded");
    }
    return value;
  }

  @Override
  public void close() {
    cache.close(null);
  }
}
