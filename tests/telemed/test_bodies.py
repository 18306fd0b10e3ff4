"""A body without end is cut off before it fills a disk."""

from telemed import bodies


async def test_a_body_over_the_limit_ends_as_if_the_client_had_gone(monkeypatch):
    monkeypatch.setattr(bodies, "LIMIT", 10)

    async def receive():
        return {"type": "http.request", "body": b"12345", "more_body": True}

    some = bodies.limited(receive)
    assert [(await some())["type"] for _ in range(3)] == [
        "http.request",
        "http.request",
        "http.disconnect",
    ]
