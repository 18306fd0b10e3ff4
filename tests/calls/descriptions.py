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

RELAY, HERE, HERE6, NAME = "198.51.100.9", "192.0.2.77", "2001:db8::77", "a5d5c284-37c3.local"
FROM_RELAY = f"candidate:3 1 udp 41885439 {RELAY} 51000 typ relay"
SEEN = f"{FROM_RELAY} raddr {HERE} rport 40001 generation 0 ufrag 8hhY network-id 1 network-cost 9"
HIDDEN = f"{FROM_RELAY} raddr 0.0.0.0 rport 9 generation 0 ufrag 8hhY"
# As Firefox writes it once it has looked around: the first address stands in three more lines.
GATHERED = (
    GOOD.replace("IN IP4 127.0.0.1", f"IN IP4 {HERE}")
    .replace("m=audio 9", "m=audio 54321")
    .replace("c=IN IP4 0.0.0.0", f"c=IN IP4 {HERE}")
    .replace(
        "a=ice-ufrag",
        f"a=rtcp:54322 IN IP4 {HERE}\r\n"
        f"a=candidate:0 1 UDP 2122187007 {HERE} 54321 typ host\r\n"
        f"a=candidate:1 1 UDP 2122252543 {HERE6} 47677 typ host\r\n"
        f"a=candidate:2 1 UDP 2122187007 {NAME} 54321 typ host\r\n"
        f"a={SEEN}\r\n"
        "a=end-of-candidates\r\n"
        "a=ice-ufrag",
    )
)
