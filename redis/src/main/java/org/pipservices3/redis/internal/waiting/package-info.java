/**
 * Threads that wait for a key: in which order, and what wakes them. {@link WaitQueues} has a queue
 * for each key, whose first waiter a {@link KeyWatch} wakes. Uses {@code tracking}.
 */
@NullMarked
package org.pipservices3.redis.internal.waiting;

import org.jspecify.annotations.NullMarked;
