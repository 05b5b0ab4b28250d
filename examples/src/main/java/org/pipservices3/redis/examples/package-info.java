/** A service that walks through the Redis cache and lock, and shows what a lock is for. */
@NullMarked
package org.pipservices3.redis.examples;

import org.jspecify.annotations.NullMarked;
