@NullMarked
package org.pipservices3.redis.benchmarks;

import org.jspecify.annotations.NullMarked;
