"""The read side: question -> passages -> evidence -> written sentences -> verified Answer."""
