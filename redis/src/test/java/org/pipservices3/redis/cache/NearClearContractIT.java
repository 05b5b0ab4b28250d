package org.pipservices3.redis.cache;

import java.util.stream.Stream;

/** What clear removes and leaves is the same with a near cache. */
class NearClearContractIT extends ClearContractIT {

  @Override
  Object[] with(Object... tuples) {
    return Stream.concat(Stream.of(tuples), Stream.of("options.near_cache", true)).toArray();
  }
}
