/** The check that the documents say what the code does. */
@NullMarked
package org.pipservices3.redis.examples.docs;

import org.jspecify.annotations.NullMarked;
