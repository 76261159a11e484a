"""The sentences, one module for each subject. One sentence is one call; none sleeps, speaks HTTP or asks which cluster
it is. What a Given or When makes is a fixture for those that follow."""
