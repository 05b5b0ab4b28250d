/** The Redis server that the benchmarks start, and what stands between it and them. */
@NullMarked
package org.pipservices3.redis.benchmarks.server;

import org.jspecify.annotations.NullMarked;
