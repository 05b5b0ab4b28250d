package org.pipservices3.redis.internal.loading;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.lookup.CacheMetrics;
import org.pipservices3.redis.internal.lookup.Failures;
import org.pipservices3.redis.internal.lookup.Lookup;

/** What every load of a cache works with. Immutable. */
record LoadParts(
    JsonCodec json,
    Lookup lookup,
    Flights flights,
    LoadStore store,
    LeaseWatch watch,
    LoadHistory history,
    StaleAnswers stale,
    BackgroundLoads background,
    Failures failures,
    CacheMetrics metrics) {

  /** A value as the caller asked for it; WRONG_VALUE if it does not convert. */
  @Nullable Object decode(LoadCall<?> call, byte[] bytes) {
    return decode(call.correlationId(), call.name(), bytes, call.type());
  }

  @Nullable Object decode(@Nullable String correlationId, String name, byte[] bytes, Type type) {
    return json.decode(correlationId, name, bytes, type);
  }
}
