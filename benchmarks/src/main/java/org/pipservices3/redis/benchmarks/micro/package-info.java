/** Microbenchmarks, by JMH. */
@NullMarked
package org.pipservices3.redis.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
