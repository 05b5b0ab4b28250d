package org.pipservices3.redis.cache;

/** The contract of many keys holds also with a near cache. */
class NearBulkContractIT extends BulkContractIT {

  @Override
  Object[] options() {
    return new Object[] {"options.near_cache", true};
  }
}
