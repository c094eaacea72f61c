//! Library calls: what is not elementwise, one family a file.
