/** Closed loops of threads, the rounds that interleave them, and their results. */
@NullMarked
package org.pipservices3.redis.benchmarks.load;

import org.jspecify.annotations.NullMarked;
