"""Session descriptions as browsers make them, and as an attacker would."""

PRINT = ":".join(["AB"] * 32)

GOOD = "\r\n".join(
    [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:8hhY",
        "a=ice-pwd:asd88fgpdd777uzjYhagZg",
        f"a=fingerprint:sha-256 {PRINT}",
        "a=setup:actpass",
        "a=mid:0",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        f"a=fingerprint:sha-256 {PRINT}",
        "a=mid:1",
        "",
    ]
)

BAD = {
    "empty": "",
    "not a description": "hello",
    "another version": GOOD.replace("v=0", "v=1", 1),
    "something before the version": "\r\n" + GOOD,
    "no media": GOOD.split("m=audio", maxsplit=1)[0],
    "nine media": GOOD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 7,
    "no fingerprint": GOOD.replace("a=fingerprint", "a=finger"),
    "a weaker hash": GOOD.replace("sha-256", "sha-1"),
    "a short fingerprint": GOOD.replace(PRINT, PRINT[:-3]),
    "a fingerprint with a tail": GOOD.replace(PRINT, PRINT + " x"),
    "keys in the clear": GOOD + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0Rm\r\n",
    "keys in capitals": GOOD + "A=CRYPTO:1 AES_CM_128_HMAC_SHA1_80 inline:d0Rm\r\n",
    "keys behind a space": GOOD + " a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0Rm\r\n",
    "keys behind a bare return": GOOD + "a=x\ra=crypto:1 AES inline:d0Rm\r\n",
    "keys behind a line separator": GOOD + "a=x\u2028a=crypto:1 AES inline:d0Rm\r\n",
    "a zero byte": GOOD + "a=x\x00\r\n",
    "too large": GOOD + "a=x\r\n" * 14_000,
    "too large in bytes": GOOD + "a=" + "é" * 33_000,
}
