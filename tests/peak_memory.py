"""The most memory that a program of a test took, told by itself.

``getrusage`` would tell what the process that began it took, if that took more.
"""

#: An expression for the end of a program, in kilobytes; Linux alone has the file.
OWN_PEAK = (
    "next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM'))"
)
