"""What everybody can read and dispute (公示与异议): notices, how they are read, objections and their answers."""
