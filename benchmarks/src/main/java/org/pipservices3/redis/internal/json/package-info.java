/** Microbenchmarks of package-private classes. */
@NullMarked
package org.pipservices3.redis.internal.json;

import org.jspecify.annotations.NullMarked;
