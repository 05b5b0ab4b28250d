/** The Redis servers that the benchmarks start, and a proxy that delays replies. */
@NullMarked
package org.pipservices3.redis.benchmarks.server;

import org.jspecify.annotations.NullMarked;
