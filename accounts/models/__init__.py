"""The people of Telemed and what belongs to one of them."""

from accounts.models.account import OwnAccount, Pages, Role, group_of
from accounts.models.doctor import Doctor, Language, Specialty
from accounts.models.patient import Patient, Sex
from accounts.models.presence_lease import PresenceLease
from accounts.models.sign_in import SignIn
from accounts.models.sign_in_attempts import SignInAttempts, TooManyAttempts
from accounts.models.user import User, relations

__all__ = [
    "Doctor",
    "Language",
    "OwnAccount",
    "Pages",
    "Patient",
    "PresenceLease",
    "Role",
    "Sex",
    "SignIn",
    "SignInAttempts",
    "Specialty",
    "TooManyAttempts",
    "User",
    "group_of",
    "relations",
]
