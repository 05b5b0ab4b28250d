/**
 * Creates the module's components by their descriptors. The entry class is {@link
 * DefaultRedisFactory}. Uses {@code cache}, {@code lock}, {@code state} and {@code connect}.
 */
@NullMarked
package org.pipservices3.redis.build;

import org.jspecify.annotations.NullMarked;
