/**
 * Key tracking: Redis reports changes of keys that were read here. {@link KeyTracking} is what
 * caches and locks subscribe to. Uses {@code topology}, {@code pipeline}, {@code wire}, {@code
 * threads} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.tracking;

import org.jspecify.annotations.NullMarked;
