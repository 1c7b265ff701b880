"""Uploads: ask where to put files, put them there, and fetch them again by their links."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs

from liangxin_mock.apis import APIS, DEFAULT
from liangxin_mock.apis.base import Route
from liangxin_mock.messages import LARGEST_BODY, Reply, Request
from liangxin_mock.requests.call import SHOWN, Call
from liangxin_mock.requests.download import Result, serve_file
from liangxin_mock.requests.json_body import UnreadableBodyError, json_object
from liangxin_mock.state import State
from liangxin_mock.uploads import Upload

UPLOADS = "/uploads/"


class RequestUploadUrls(Call):
    """A request for URLs to upload files to."""

    route: Route

    def body(self) -> dict[str, Any] | None:
        return None

    def identity(self) -> tuple[bytes, ...]:
        return self.operation.encode(), self.request.body

    def answer(self) -> Reply:
        if refusal := self._authenticate():
            return refusal
        if len(self.request.body) > LARGEST_BODY:
            return self._refuse(413, "request body too large")
        try:
            document, _ = json_object(self.request)
            contract = self.state.contracts[self.api.name]
            problem = contract.schema_problem(self.api.upload_schema, document)
        except UnreadableBodyError as error:
            return self._refuse(error.status, str(error))
        except ValueError as error:
            problem = f"the body is not valid JSON: {error}"
        if problem is not None:
            return self._refuse(400, problem)
        types = self.api.upload_types(document)
        uploads = [self._upload(number, media_type) for number, media_type in enumerate(types)]
        for upload in uploads:
            self.state.uploads.add(upload)
        return self.api.upload_urls(uploads)

    def _upload(self, number: int, media_type: str) -> Upload:
        chance = self.chance().of(b"upload%d" % number)
        upload_id = chance.key.hex()
        return Upload(
            api=self.api.name,
            id=upload_id,
            media_type=media_type,
            # Some fields take links that end like the name of a picture.
            link=f"{self.request.origin}{UPLOADS}{upload_id}.{media_type.partition('/')[2]}",
            signature=chance.of(b"signature").key.hex(),
            created_at=self.now,
            link_seconds=int(self.state.link_lifetime),
        )


class UploadedFile(Call):
    """A PUT of a file to the URL given for it, or a GET or HEAD of its link."""

    methods = ("PUT", "GET", "HEAD")

    def __init__(self, state: State, request: Request) -> None:
        upload_id, _, _ = request.path.removeprefix(UPLOADS).partition(".")
        self.upload = upload = state.uploads.find(upload_id)
        # The whole path: with another extension it is another link.
        if upload is not None and not upload.link.endswith(request.path):
            self.upload = upload = None
        super().__init__(state, DEFAULT if upload is None else APIS[upload.api], request)
        self.operation = "upload" if request.method == "PUT" else "result"

    def body(self) -> dict[str, Any] | None:
        return None

    def identity(self) -> tuple[bytes, ...]:
        return self.operation.encode(), self.request.path.encode("utf-8", "surrogatepass")

    def answer(self) -> Reply:
        if self.upload is None:
            return self._refuse(404, "there is no such upload")
        if self.operation == "upload":
            return self._put(self.upload)
        return self._get(self.upload)

    def _put(self, upload: Upload) -> Reply:
        # No key is asked for: the signature stands for it, as in URLs that object stores sign.
        content, wanted = self.request.body, upload.media_type
        signature = parse_qs(self.request.query).get("signature", [""])[-1]
        if not hmac.compare_digest(signature.encode(), upload.signature.encode()):
            return self._refuse(403, "the signature in the URL is wrong")
        if not upload.takes_content(self.now):
            return self._refuse(403, "the URL of the upload has expired")
        if (given := self.request.headers.get("content-type", "")) != wanted:
            shown = given[:SHOWN] or "missing"
            return self._refuse(403, f"Content-Type must be {wanted}, as was signed, not {shown}")
        if len(content) > LARGEST_BODY:
            return self._refuse(413, "the file is too large")
        self.state.uploads.put(upload, content)
        return Reply(200, b"", "text/plain")

    def _get(self, upload: Upload) -> Reply:
        content = upload.content
        if content is None:
            return self._refuse(404, "the file was not uploaded")
        if upload.has_expired(self.now):
            return self.api.link_expired()
        etag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
        return serve_file(Result(content, upload.media_type, etag), self.request, self.api)
