"""Where this machine can be reached, and the certificate for it."""

import socket
import subprocess
import time

from launcher.environment import PYTHON, ROOT, VAR, Stopped, is_stamped

FOLDER = VAR / "https"
RENEW_AFTER = 300 * 24 * 60 * 60


def addresses() -> list[str]:
    """127.0.0.1 and the addresses that other devices on the network may use."""
    found = ["127.0.0.1"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # documentation range: nothing is sent
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    return list(dict.fromkeys(found))


def certificate() -> list[str]:
    """The server's options for https; a certificate is made when the addresses changed."""
    names, stamp = addresses(), FOLDER / "addresses"
    if not is_stamped(stamp, " ".join(names)) or is_old(stamp.stat().st_mtime):
        made = subprocess.run(
            [str(PYTHON), "-m", "launcher.certificate", str(FOLDER), *names], cwd=ROOT
        )
        if made.returncode:
            raise Stopped("The certificate could not be made (see above).")
        stamp.write_text(" ".join(names))
    return [f"--ssl-keyfile={FOLDER / 'key.pem'}", f"--ssl-certfile={FOLDER / 'certificate.pem'}"]


def is_old(made_at: float) -> bool:
    return time.time() - made_at > RENEW_AFTER
