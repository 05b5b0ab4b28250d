/**
 * The commands that caches and locks send, with retries and redirects. {@link RedisCommands} has a
 * method for each. Uses {@code topology}, {@code pipeline}, {@code wire}, {@code threads}, {@code
 * config} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.command;

import org.jspecify.annotations.NullMarked;
