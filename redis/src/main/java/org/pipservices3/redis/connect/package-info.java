/** The connection to Redis, shared by caches and locks: servers, retries, errors, TLS. */
@NullMarked
package org.pipservices3.redis.connect;

import org.jspecify.annotations.NullMarked;
