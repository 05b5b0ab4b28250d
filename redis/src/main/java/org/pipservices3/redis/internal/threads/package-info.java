/**
 * The threads of the module: {@link Daemon} for its own work, {@link IoThreads} for the I/O of
 * callers who must not do it themselves. {@link VirtualThreads} detects them. Uses no other
 * package.
 */
@NullMarked
package org.pipservices3.redis.internal.threads;

import org.jspecify.annotations.NullMarked;
