/**
 * The distributed lock and its leases. The entry class is {@link RedisLock}; its engine is {@link
 * LockEngine}. Uses {@code connect}, {@code component}, {@code command}, {@code waiting}, {@code
 * config} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.lock;

import org.jspecify.annotations.NullMarked;
