"""Use cases: one module each, with one public function that takes what it needs.

What joins the sibling packages (forms, documents, archive, index) stands here and nowhere else.
"""
