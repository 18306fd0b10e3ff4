"""How English pages write times: by 24 hours; a moment names the zone in which it is told."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i T"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
