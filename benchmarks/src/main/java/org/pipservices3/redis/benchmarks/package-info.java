/** The load harness that measures the cache and the lock beside their peers. */
@NullMarked
package org.pipservices3.redis.benchmarks;

import org.jspecify.annotations.NullMarked;
