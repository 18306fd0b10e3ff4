"""The settings of the demo, with a layer that cannot be trusted."""

from telemed.settings import *  # noqa: F403

CHANNEL_LAYERS["default"]["BACKEND"] = "tests.processes.lossy.LossyLayer"  # noqa: F405
