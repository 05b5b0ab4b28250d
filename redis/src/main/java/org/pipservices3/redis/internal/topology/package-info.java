/**
 * The servers that make up a Redis, and which of them answers for which key: one server, a master
 * that sentinels watch, or a cluster. {@link TopologyFactory} makes the {@link Topology}, of which
 * each {@link Node} is one server. Uses {@code pipeline}, {@code wire}, {@code config}, {@code
 * threads} and {@code errors}.
 */
@NullMarked
package org.pipservices3.redis.internal.topology;

import org.jspecify.annotations.NullMarked;
