/** Closed loops of threads, the rounds that interleave them, and what they measure. */
@NullMarked
package org.pipservices3.redis.benchmarks.load;

import org.jspecify.annotations.NullMarked;
