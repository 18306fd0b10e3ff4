"""Why a socket is closed: the codes that a page understands (docs/protocol.md)."""

SIGN_IN, FORBIDDEN, NOT_FOUND = 4001, 4003, 4004
ABUSE, TOO_LARGE, RESTART, TOO_FAST = 4008, 4009, 4012, 4029


class Closed(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int) -> None:
        self.code = code
