/** Microbenchmarks of what the cache keeps to itself: hence in its package. */
@NullMarked
package org.pipservices3.redis.cache;

import org.jspecify.annotations.NullMarked;
