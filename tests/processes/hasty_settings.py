"""The settings of the demo, with couriers that do not wait long for the dead."""

from telemed.settings import *  # noqa: F403

INSTALLED_APPS.append("tests.processes.hasty.Hasty")  # noqa: F405
