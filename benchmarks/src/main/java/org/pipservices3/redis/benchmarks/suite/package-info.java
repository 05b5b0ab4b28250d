/** The workloads, one suite to a file. */
@NullMarked
package org.pipservices3.redis.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
