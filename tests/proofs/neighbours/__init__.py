"""Libraries that look for `autograd.numpy`, each in an environment of its own."""
