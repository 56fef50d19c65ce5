"""The views, a module each: it holds ``VIEW``, its declaration, and the function that makes it."""
