"""What is worth asking: strategies on arrays, and the reason for each choice in words."""
