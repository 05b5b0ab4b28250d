/**
 * Loads what a cache does not have, once for all processes, and never stores an outdated value.
 * {@link LoadEngine} is its entry, {@link Loads} the heart. Uses {@code lookup}, {@code command},
 * {@code tracking}, {@code json}, {@code threads}, {@code config} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.loading;

import org.jspecify.annotations.NullMarked;
