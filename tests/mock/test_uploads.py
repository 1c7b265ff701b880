"""What the simulator keeps of uploads is bounded, and the oldest goes first."""

from __future__ import annotations

from liangxin_mock.uploads import Upload, Uploads


def make(upload_id: str) -> Upload:
    return Upload(
        api="magnific",
        id=upload_id,
        media_type="image/png",
        link=f"https://mock.test/uploads/{upload_id}.png",
        signature="some",
        created_at=0.0,
        link_seconds=60,
    )


def test_the_oldest_is_dropped_when_they_are_too_many() -> None:
    """Of more uploads than are kept, the oldest is forgotten."""
    uploads = Uploads(most=2)
    for upload_id in "abc":
        uploads.add(make(upload_id))
    assert [one for one in "abc" if uploads.find(one)] == ["b", "c"]


def test_the_oldest_is_dropped_when_they_are_too_large() -> None:
    """Contents are kept up to a number of bytes; the one put last is the last to go."""
    uploads, made = Uploads(most_bytes=100), {one: make(one) for one in "abc"}
    for upload in made.values():
        uploads.add(upload)
    uploads.put(made["b"], b"x" * 60)
    uploads.put(made["a"], b"x" * 40)
    assert all(uploads.find(one) for one in "abc")
    uploads.put(made["a"], b"x" * 90)
    assert [one for one in "abc" if uploads.find(one)] == ["a"]
    uploads.put(made["a"], b"x" * 50)
    uploads.add(made["b"])
    assert [one for one in "ab" if uploads.find(one)] == ["a", "b"]
