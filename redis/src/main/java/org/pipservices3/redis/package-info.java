/**
 * Redis cache, lock and state store for Pip.Services: the exception of all.
 *
 * <p>The published jar contains the Redis client Jedis and what it needs, under {@code
 * internal.driver}; their licenses are in the jar's {@code META-INF/licenses}.
 */
@NullMarked
package org.pipservices3.redis;

import org.jspecify.annotations.NullMarked;
