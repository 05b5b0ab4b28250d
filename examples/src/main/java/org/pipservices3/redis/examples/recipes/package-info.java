/**
 * The code of docs/recipes/: the module joined to other libraries. The runnable example does not
 * use it.
 */
@NullMarked
package org.pipservices3.redis.examples.recipes;

import org.jspecify.annotations.NullMarked;
