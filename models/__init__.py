"""The tables and their migrations: the office's and the portal's, apart."""
