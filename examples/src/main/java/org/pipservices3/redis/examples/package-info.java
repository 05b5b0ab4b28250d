/** A service that uses the Redis cache and lock step by step, and shows what a lock is for. */
@NullMarked
package org.pipservices3.redis.examples;

import org.jspecify.annotations.NullMarked;
