/** Creates the module's components by their descriptors. */
@NullMarked
package org.pipservices3.redis.build;

import org.jspecify.annotations.NullMarked;
