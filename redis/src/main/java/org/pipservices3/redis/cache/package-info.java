/**
 * The distributed cache. The entry class is {@link RedisCache}, and its engine {@link CacheEngine}.
 * Uses {@code connect}, {@code component}, {@code loading}, {@code lookup}, {@code command}, {@code
 * tracking}, {@code json}, {@code config} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.cache;

import org.jspecify.annotations.NullMarked;
