/**
 * The connection to Redis that the caches and locks of a container share. The entry class is {@link
 * RedisConnection}. Uses {@code component}, {@code command}, {@code tracking}, {@code topology},
 * {@code config} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.connect;

import org.jspecify.annotations.NullMarked;
