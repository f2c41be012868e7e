"""The command line: words in, one use case, words out.

Commands and options are English, everything a person reads is Chinese. Only this package reads the
environment, the clock and the working directory.
"""
