/**
 * A connection to one server, as the driver gives it. {@link SingleUseConnection} opens it; {@link
 * Wire} is its interface for other packages. Uses {@code config} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.wire;

import org.jspecify.annotations.NullMarked;
