/**
 * Values as the JSON text that all Pip.Services caches share. {@link JsonCodec} writes and reads
 * them. Uses {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.json;

import org.jspecify.annotations.NullMarked;
