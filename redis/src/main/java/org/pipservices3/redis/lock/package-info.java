/** The distributed lock and its leases. */
@NullMarked
package org.pipservices3.redis.lock;

import org.jspecify.annotations.NullMarked;
