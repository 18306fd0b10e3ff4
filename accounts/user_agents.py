"""What a browser calls itself, in words by which people know their devices apart."""

import re

from django.utils.translation import gettext as _

# The first that matches: most programs also bear the names of those they resemble.
PROGRAMS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def name_of(user_agent: str) -> str:
    """Chrome on Android."""
    found = [
        next((name for mark, name in names.items() if re.search(mark, user_agent)), "")
        for names in (PROGRAMS, SYSTEMS)
    ]
    if not all(found):
        return "".join(found) or str(_("A browser"))
    return _("%(program)s on %(system)s") % {"program": found[0], "system": found[1]}
