/**
 * The state store. {@link RedisStateStore} is what users see; {@link StateEngine} does the work
 * while it is open. Uses {@code connect}, {@code component}, {@code command}, {@code config},
 * {@code json} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.state;

import org.jspecify.annotations.NullMarked;
