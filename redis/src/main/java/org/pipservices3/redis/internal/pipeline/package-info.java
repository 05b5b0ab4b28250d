/**
 * Command combining: the commands of many callers go over few connections in batches. {@link
 * Combiner} runs a {@link Call}. Uses {@code wire}, {@code threads} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.pipeline;

import org.jspecify.annotations.NullMarked;
