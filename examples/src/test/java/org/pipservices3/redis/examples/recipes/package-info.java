/** Each recipe against a real Redis. */
@NullMarked
package org.pipservices3.redis.examples.recipes;

import org.jspecify.annotations.NullMarked;
