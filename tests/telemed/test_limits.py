"""A person who is too fast is slowed down, and nobody else with them."""

from telemed.limits import SOCKETS, Allowance, Allowances


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_burst_is_allowed_and_then_the_steady_rate():
    watch = Watch()
    asha = Allowance(watch)
    assert [asha.take("post", (1.0, 3)) for _ in range(5)] == [True] * 3 + [False] * 2
    watch.now += 1
    assert [asha.take("post", (1.0, 3)) for _ in range(2)] == [True, False]


def test_one_command_does_not_use_up_another():
    asha = Allowance(Watch())
    assert not [asha.take("post", (1.0, 1)) for _ in range(2)][-1]
    assert asha.take("read", (1.0, 1))


def test_the_33rd_socket_is_refused():
    asha = Allowance(Watch())
    asha.sockets = SOCKETS - 1
    assert asha.take_handshake()
    asha.sockets = SOCKETS
    assert not asha.take_handshake()


def test_people_do_not_share_an_allowance():
    allowances = Allowances()
    for _ in range(200):
        allowances.of("asha").take_handshake()
    assert not allowances.of("asha").take_handshake()
    assert allowances.of("rao").take_handshake()
