/**
 * Parses and checks a configuration: options, servers, credentials and TLS. {@link ConfigSchema}
 * refuses unknown names, {@link RedisOptions} and {@link Endpoints} read the rest. Uses {@code
 * errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.config;

import org.jspecify.annotations.NullMarked;
