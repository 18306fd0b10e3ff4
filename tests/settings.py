"""Settings of the tests: those of the demo, with data of their own and passwords hashed fast."""

import atexit
import os
import shutil
import tempfile

# Memory where the machine offers it: every commit is synced, as in life.
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - the folder inside it is ours alone
_folder = tempfile.mkdtemp(
    prefix="telemed-", dir=_SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else None
)
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("LOG_LEVEL", "WARNING")
# Processes that test side by side share one Redis, each in a database of its own.
if os.environ.get("REDIS_URL") and (_worker := os.environ.get("PYTEST_XDIST_WORKER")):
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rstrip('/')}/{_worker.removeprefix('gw')}"

from telemed.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# In memory even beside Redis: a test without a database must be able to forget what it counted.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
