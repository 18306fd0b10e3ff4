"""Settings: everything comes from the environment, with defaults for one process on SQLite."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from telemed import logs
from telemed.documents import DRF_STANDARDIZED_ERRORS, SPECTACULAR_SETTINGS  # noqa: F401
from telemed.policies import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY, PUSH_SERVICES  # noqa: F401

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
DEMO_KEY = "demo-only-" + "0" * 50
SECRET_KEY = env("SECRET_KEY", default=DEMO_KEY)
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SITE_HOST, "localhost", "127.0.0.1"])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
PROCESSES = env.int("PROCESSES", 1)
REDIS_URL = env("REDIS_URL", default="")
METRICS_TOKEN = env("METRICS_TOKEN", default="")
EMERGENCY_NUMBER = env("EMERGENCY_NUMBER", default="112")
HELPLINE_TIME_ZONE = env("HELPLINE_TIME_ZONE", default="UTC")
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", not DEBUG)

# The helpline: so many seconds a chat waits for somebody before it becomes a ticket.
CHAT_PATIENCE = env.int("CHAT_PATIENCE", 120)

# Calls
TURN_URLS = env.list("TURN_URLS", default=[])
TURN_SECRET = env("TURN_SECRET", default="")
STUN_URLS = env.list("STUN_URLS", default=[])

# Push: the key pair of `manage.py vapid`, whom push services turn to, and where they are.
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")
VAPID_SUBJECT = env("VAPID_SUBJECT", default="") or (
    SITE_URL if HTTPS else f"mailto:push@{SITE_HOST}"
)
PUSH_HOSTS = env.list("PUSH_HOSTS", default=PUSH_SERVICES)

INSTALLED_APPS = [
    "telemed",
    "accounts",
    "audit",
    "notifications",
    "chat",
    "calls",
    "helpline",
    "dashboard",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "corsheaders",
    "csp",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "lucide",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
]

MIDDLEWARE = [
    "telemed.middleware.RequestIds",
    "telemed.monitoring.Watched",
    "django.middleware.security.SecurityMiddleware",
    "telemed.middleware.BrowserRules",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.BackToTheForm",
    "accounts.middleware.NoteSignIns",
    "accounts.middleware.ViewerZone",
    "accounts.middleware.SecondFactor",
]

ROOT_URLCONF = "telemed.urls"
ASGI_APPLICATION = "telemed.asgi.application"
CONTEXT, TAGS = "django.template.context_processors", "django.templatetags"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                f"{CONTEXT}.debug",
                f"{CONTEXT}.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.frame",
            ],
            "builtins": [f"{TAGS}.static", f"{TAGS}.i18n", "telemed.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
# Data. SQLite waits for its turn to write and syncs before we acknowledge a message.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'telemed.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    POOL = {"max_size": env.int("DB_POOL", 16), "min_size": 2, "timeout": 5, "reconnect_timeout": 5}
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {"pool": POOL}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "cache"}
CACHES = {"default": {**CACHE, "OPTIONS": {"MAX_ENTRIES": 100_000}}}
if REDIS_URL:
    LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"
    CHANNEL_LAYERS = {"default": {"BACKEND": LAYER, "CONFIG": {"hosts": [REDIS_URL]}}}
    # Limits are counted in the database: people must be able to sign in while Redis is away.
    CACHES["default"]["BACKEND"] = "django.core.cache.backends.db.DatabaseCache"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "dashboard:home"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm", "login": "accounts.forms.LoginForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_RATE_LIMITS = {"confirm_email": "4/10m/key"}
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_CHANGE_EMAIL = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Telemed"

# Sessions and cookies. `__Host-` needs TLS, which the demo on this machine does not have.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "telemed.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What the browser is told (SECURITY: Browser). Camera and microphone are opened by call pages.
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CORS_ALLOWED_ORIGINS = env.list("CORS_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"

# Words, time, files
LANGUAGES = [("en-gb", _("English (UK)")), ("en-us", _("English (US)"))]
LANGUAGE_CODE, TIME_ZONE = "en-gb", "UTC"
FORMAT_MODULE_PATH = ["telemed.formats"]
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT, MEDIA_ROOT = DATA_DIR / "static", DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": f"telemed.storage.{'StaticFilesStorage' if DEBUG else 'HashedStaticFiles'}"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Mail and SMS: a server, a gateway; in the demo the debug mail page and the console.
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
    EMAIL_BACKEND = "accounts.debug_mail.Mailbox" if DEBUG else NO_MAIL
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", default=f"Telemed <no-reply@{SITE_HOST}>")
EMAIL_TIMEOUT = 10  # seconds
SMS_URL = env("SMS_URL", default="console:" if DEBUG else "")
SMS_TOKEN, SMS_REPEATABLE = env("SMS_TOKEN", default=""), env.bool("SMS_REPEATABLE", False)

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "telemed.api.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["telemed.api.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["telemed.api.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "telemed.schema.Endpoint",
    "DEFAULT_PAGINATION_CLASS": "telemed.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_RATES": {"token": "10/min", "refresh": "20/min", "anon": "120/min"},
    "EXCEPTION_HANDLER": "telemed.api.explain",
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "CHECK_REVOKE_TOKEN": True,
    "AUDIENCE": "telemed-api",
    "ISSUER": SITE_URL,
    "USER_ID_FIELD": "public_id",
    "USER_ID_CLAIM": "sub",
}
LOGGING = logs.configuration(env("LOG_LEVEL", default="INFO"))
