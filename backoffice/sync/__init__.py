"""The office and its portal: what is published, what is collected, and the contract between them."""
