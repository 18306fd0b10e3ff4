"""The record of who saw and changed what, append-only and sealed."""

import datetime
import hashlib
import json
import uuid

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.witness import Act

QUARTER = 15 * 60
WORDS = {
    "accounts.user": _("your account"),
    "accounts.photo": _("your photo"),
    "accounts.email": _("your e-mail address"),
    "accounts.second_factor": _("your second step at sign-in"),
    "chat.conversation": _("a conversation of yours"),
    "calls.call": _("a call of yours"),
}

# Inserts unless the same read is on record since a moment. Two at the very same time both find
# nothing; then the unique constraint on the quarter of an hour lets one of them in.
WRITE_ONCE = """
INSERT INTO audit_accessrecord ({columns}) SELECT {values}
WHERE NOT EXISTS (
  SELECT 1 FROM audit_accessrecord
  WHERE actor = %s AND act = %s AND object_type = %s AND object_id = %s AND at > %s
) ON CONFLICT DO NOTHING
"""


class Seal(models.Model):
    """Closes a batch of rows: a digest over them and over the seal before."""

    number = models.PositiveBigIntegerField(primary_key=True)
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"


class AccessRecordQuerySet(models.QuerySet["AccessRecord"]):
    """Whose rows one may read."""

    def for_user(self, user: User) -> "AccessRecordQuerySet":
        """What others and oneself did with one's own record."""
        return self.filter(subject_person=user.public_id).order_by("-at", "-id")

    def unsealed(self) -> "AccessRecordQuerySet":
        return self.filter(seal=None).order_by("id")


class AccessRecord(models.Model):
    """One read or change. Names people by UUID without foreign keys, so that it outlives them."""

    actor = models.UUIDField(_("who"), null=True)
    act = models.CharField(_("did"), max_length=24, choices=Act.choices)
    subject_person = models.UUIDField(_("whose"), null=True)
    object_type = models.CharField(_("what"), max_length=60, blank=True)
    object_id = models.CharField(_("which"), max_length=64, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    address = models.GenericIPAddressField(_("from"), null=True)
    request_id = models.CharField(max_length=64, blank=True)
    result = models.CharField(_("result"), max_length=40, default="ok")
    read_in = models.BigIntegerField(null=True, editable=False)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="+")

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_person", "-at"], name="record_of_subject"),
            models.Index(fields=["actor", "object_id", "-at"], name="record_of_reading"),
            models.Index(fields=["id"], name="record_unsealed", condition=models.Q(seal=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "act", "object_type", "object_id", "read_in"],
                name="one_row_per_reading",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.act} {self.object_type} {self.object_id}"

    @property
    def what(self) -> str:
        """The object in words for the person it is about."""
        return str(WORDS.get(self.object_type, _("your record")))

    def write(self, *, once_within: datetime.timedelta | None) -> None:
        if once_within is None or self.actor is None:
            self.save(force_insert=True)
            return
        self.read_in = int(self.at.timestamp()) // QUARTER
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        since = connection.ops.adapt_datetimefield_value(self.at - once_within)
        stored = {
            field.attname: field.get_db_prep_save(field.pre_save(self, True), connection)
            for field in fields
        }
        sql = WRITE_ONCE.format(
            columns=", ".join(str(field.column) for field in fields),
            values=", ".join("%s" for field in fields),
        )
        key = [stored[name] for name in ("actor", "act", "object_type", "object_id")]
        with connection.cursor() as cursor:
            cursor.execute(sql, [*stored.values(), *key, since])

    def canonical(self) -> bytes:
        """The row as bytes, the same on every database: what a seal is taken over."""
        row = [
            self.pk,
            _text(self.actor),
            self.act,
            _text(self.subject_person),
            self.object_type,
            self.object_id,
            self.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
            self.address,
            self.request_id,
            self.result,
            self.read_in,
        ]
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def digest(previous: str, rows: list[AccessRecord]) -> str:
    """The seal over rows that follow a seal."""
    chain = hashlib.sha256(previous.encode())
    for row in rows:
        chain.update(hashlib.sha256(row.canonical()).digest())
    return chain.hexdigest()
