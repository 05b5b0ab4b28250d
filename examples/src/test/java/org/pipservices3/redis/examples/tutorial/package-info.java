/** The tutorial's code, which the tutorial shows and the tests run. */
@NullMarked
package org.pipservices3.redis.examples.tutorial;

import org.jspecify.annotations.NullMarked;
