/**
 * How a cache reads: the near cache's entries, the values in Redis, and what a failure of Redis
 * means. {@link Lookup} reads one key, {@link BulkReads} many. Uses {@code component}, {@code
 * command}, {@code tracking}, {@code json} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.lookup;

import org.jspecify.annotations.NullMarked;
