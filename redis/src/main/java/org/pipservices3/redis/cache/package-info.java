/** The distributed cache. */
@NullMarked
package org.pipservices3.redis.cache;

import org.jspecify.annotations.NullMarked;
