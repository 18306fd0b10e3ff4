"""Photos: what is accepted, what becomes of it, who sees it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import photos
from accounts.models import User
from audit.models import AccessRecord

pytestmark = pytest.mark.alike

Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def _own_media(db: None, settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **extra: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **extra)  # type: ignore[arg-type]
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6
    return picture(exif=exif)


def with_broken_exif(at: int) -> bytes:
    """A picture that decodes, but lies on its side and has a value of a wrong type beside."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x011A] = "Maker", 6, 3.5
    raw = bytearray(exif.tobytes())
    raw[at] = 2
    return picture(exif=bytes(raw))


HOSTILE = {
    "page.jpg": b"<html><script>alert(1)</script></html>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "drawing.png": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "archive.jpg": b"PK\x03\x04" + b"\0" * 100,
    "document.jpg": b"%PDF-1.7\n" + b"\0" * 100,
    "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "half.jpg": picture()[:120],
    "only-magic.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    "gif-and-script.gif": b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)",
    "tiff.jpg": picture("TIFF"),
    "bitmap.jpg": picture("BMP"),
    "empty.jpg": b"",
    "exif-of-a-wrong-size.jpg": with_broken_exif(41),
    "exif-of-a-wrong-type.jpg": with_broken_exif(43),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_a_photo_is_refused(name: str) -> None:
    with pytest.raises(photos.NotAPhoto):
        photos.square(io.BytesIO(HOSTILE[name]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_becomes_a_small_square_jpeg(kind: str) -> None:
    image = Image.open(photos.square(io.BytesIO(picture(kind))))
    assert (image.format, image.size) == ("JPEG", (512, 512))


def test_where_it_was_taken_stays_behind() -> None:
    assert b"taken at home" in with_place()
    kept = photos.square(io.BytesIO(with_place())).read()
    assert b"taken at home" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_what_hides_behind_the_picture_stays_behind() -> None:
    kept = photos.square(io.BytesIO(picture() + b"<script>alert(1)</script>")).read()
    assert b"<script>" not in kept


def test_a_photo_too_large_is_refused() -> None:
    with pytest.raises(photos.PhotoTooLarge):
        photos.square(io.BytesIO(picture() + b"\0" * photos.MAX_BYTES))


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(photos.NotAPhoto):
        photos.square(io.BytesIO(picture("PNG", (20_000, 5_000))))


def upload(client: Client, content: bytes, name: str = "me.jpg") -> str:
    file = SimpleUploadedFile(name, content, "image/jpeg")
    answer = client.post(reverse("accounts:own-photo"), {"photo": file})
    assert answer.status_code == 302
    return " ".join(str(each) for each in answer.wsgi_request._messages)


def test_one_changes_and_removes_the_own_photo(asha: User, browser_client: Browser) -> None:
    client = browser_client(asha)
    assert "saved" in upload(client, picture())
    asha.refresh_from_db()
    first = Path(asha.photo.path)
    assert first.suffix == ".jpg"
    assert "me" not in first.stem
    client.post(reverse("accounts:photo-removal"))
    asha.refresh_from_db()
    assert not asha.photo
    assert asha.photo_url is None


def test_where_a_photo_cannot_be_loaded_there_are_the_initials(
    asha: User, browser_client: Browser
) -> None:
    client = browser_client(asha)
    upload(client, picture())
    asha.refresh_from_db()
    page = client.get(reverse("accounts:profile")).content.decode()
    assert f'<img src="{asha.photo_url}" alt="AV"' in page


def test_the_page_says_what_is_wrong_with_a_file(asha: User, browser_client: Browser) -> None:
    client = browser_client(asha)
    assert "not a photo" in upload(client, HOSTILE["page.jpg"])
    asha.refresh_from_db()
    assert not asha.photo
    assert client.post(reverse("accounts:own-photo")).status_code == 302


def test_a_patients_photo_is_seen_by_whom_they_know_and_it_is_on_record(
    asha: User,
    dr_rao: User,
    stranger: User,
    browser_client: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload(browser_client(asha), picture())
    asha.refresh_from_db()
    address = asha.photo_url or ""
    assert browser_client(asha).get(address).status_code == 200
    assert browser_client(dr_rao).get(address).status_code == 404
    monkeypatch.setattr("accounts.models.user.relations", [lambda user: Q(pk=asha.pk)])
    answer = browser_client(dr_rao).get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    seen = AccessRecord.objects.filter(actor=dr_rao.public_id, object_type="accounts.photo")
    assert [record.subject_person for record in seen] == [asha.public_id]


def test_a_patients_photo_is_nothing_to_strangers_and_visitors(
    asha: User, stranger: User, browser_client: Browser
) -> None:
    upload(browser_client(asha), picture())
    address = reverse("accounts:photo", args=[asha.public_id])
    assert browser_client(stranger).get(address).status_code == 404
    assert browser_client().get(address).status_code == 404


def test_a_doctors_photo_is_public(dr_rao: User, browser_client: Browser) -> None:
    address = reverse("accounts:photo", args=[dr_rao.public_id])
    assert browser_client().get(address).status_code == 404
    upload(browser_client(dr_rao), picture())
    assert browser_client().get(address).status_code == 200
