"""How the document of the API is made."""

SPECTACULAR_SETTINGS = {
    "TITLE": "Telemed",
    "DESCRIPTION": "Doctors, conversations, calls and notifications for third parties.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"CallKindEnum": "calls.models.Kind"},
}
REFUSED = ["400", "401", "403", "404", "409", "429"]
DRF_STANDARDIZED_ERRORS = {
    "ALLOWED_ERROR_STATUS_CODES": REFUSED,
    "ERROR_SCHEMAS": dict.fromkeys(REFUSED, "telemed.schema.ProblemSerializer"),
}
