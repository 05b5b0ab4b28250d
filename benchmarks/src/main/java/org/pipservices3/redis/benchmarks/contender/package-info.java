/** The clients that are measured, one to a file. */
@NullMarked
package org.pipservices3.redis.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
