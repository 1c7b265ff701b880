"""Uploaded files: where each is to be put, how long that works, and its content once it came."""

from __future__ import annotations

from collections import OrderedDict

import attrs

UPLOAD_SECONDS = 900
"""Seconds for which a URL takes a file. Ours: Magnific's pages have `expires_in`, but no number."""

_MOST = 10_000
_MOST_BYTES = 128 * 2**20


@attrs.define(eq=False, repr=False, kw_only=True)
class Upload:
    """A file that a client has asked to upload."""

    api: str
    """The API that was asked."""
    id: str
    media_type: str
    link: str
    """Where the file is served; with `signature` as its query, where it is put."""
    signature: str
    created_at: float
    link_seconds: int
    """Seconds for which `link` works."""
    content: bytes | None = None

    @property
    def put_url(self) -> str:
        """The URL to put the content to."""
        return f"{self.link}?signature={self.signature}"

    def takes_content(self, now: float) -> bool:
        """Return whether the URL still takes the content."""
        return now < self.created_at + UPLOAD_SECONDS

    def has_expired(self, now: float) -> bool:
        """Return whether the link has expired."""
        return now >= self.created_at + self.link_seconds


class Uploads:
    """All uploads of a simulator, the oldest dropped when they are too many or have too many bytes.

    Args:
        most: Upper bound on their number.
        most_bytes: Upper bound on the bytes of their contents.

    """

    def __init__(self, most: int = _MOST, most_bytes: int = _MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._by_id: OrderedDict[str, Upload] = OrderedDict()
        self._bytes = 0

    def find(self, upload_id: str) -> Upload | None:
        """Return an upload; None if there is none of this id."""
        return self._by_id.get(upload_id)

    def add(self, upload: Upload) -> None:
        """Add an upload, whose content is still to come."""
        self._by_id[upload.id] = upload
        self._drop_oldest()

    def put(self, upload: Upload, content: bytes) -> None:
        """Keep the content of an upload, in place of an earlier one."""
        self._bytes += len(content) - len(upload.content or b"")
        upload.content = content
        # Its bytes are the newest, whenever it was asked for: it is the last to be dropped.
        self._by_id.move_to_end(upload.id)
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        while len(self._by_id) > self._most or self._bytes > self._most_bytes:
            _, oldest = self._by_id.popitem(last=False)
            self._bytes -= len(oldest.content or b"")
