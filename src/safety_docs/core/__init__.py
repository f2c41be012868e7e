"""What a page, a record, a reference code and a category are. Standard library only."""
