package org.pipservices3.redis.cache;

/** What a read of many keys loads is the same with a near cache. */
class NearBulkLoadContractIT extends BulkLoadContractIT {

  @Override
  Object[] options() {
    return new Object[] {"options.near_cache", true};
  }
}
