package org.pipservices3.redis.cache;

/** The contract of a cache holds also with a near cache. */
class NearCacheContractIT extends RedisCacheContractIT {

  @Override
  Object[] options() {
    return new Object[] {"options.near_cache", true};
  }
}
