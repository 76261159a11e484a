"""What an agent in the target's container answers: of files, names and variables, as far as the cluster's API knows them."""
