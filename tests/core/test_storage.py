import hashlib
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from obstore.store import LocalStore, MemoryStore

from koprogo_app.core import clock, config, metrics, storage


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path, monkeypatch):
    """The same promises from a folder and from an object store."""
    made = LocalStore(tmp_path) if request.param == "folder" else MemoryStore()
    monkeypatch.setattr(storage, "store", lambda: made)
    return made


def test_a_file_is_read_again_whole_and_in_pieces(place):
    content = bytes(range(256)) * 20_000  # 5 MB: more than one piece
    storage.put("buildings/a", io.BytesIO(content))
    pieces = list(storage.stream("buildings/a"))
    assert (storage.read("buildings/a"), b"".join(pieces)) == (content, content)


def test_a_folder_hands_a_large_file_out_piece_by_piece(tmp_path, monkeypatch):
    folder = LocalStore(tmp_path)
    monkeypatch.setattr(storage, "store", lambda: folder)
    storage.put("k", io.BytesIO(b"x" * 5_000_000))
    sizes = [len(piece) for piece in storage.stream("k")]
    assert sum(sizes) == 5_000_000
    assert max(sizes) < 3_000_000


def test_writing_twice_is_one_file(place):
    storage.put("k", io.BytesIO(b"one"))
    storage.put("k", io.BytesIO(b"one"))
    assert [key for key, _ in storage.listed("")] == ["k"]


def test_a_missing_file_is_told_before_the_first_piece(place):
    with pytest.raises(FileNotFoundError):
        storage.stream("nothing")
    with pytest.raises(FileNotFoundError):
        storage.read("nothing")


def test_removing_is_silent_when_there_is_nothing(place):
    storage.put("k", io.BytesIO(b"one"))
    storage.remove("k")
    storage.remove("k")
    with pytest.raises(FileNotFoundError):
        storage.read("k")


def test_files_are_listed_below_a_prefix_with_their_age(place):
    for key in ("buildings/a/1", "buildings/b/2", "other/3"):
        storage.put(key, io.BytesIO(b"x"))
    listed = dict(storage.listed("buildings"))
    assert set(listed) == {"buildings/a/1", "buildings/b/2"}
    assert all(timedelta(0) <= clock.now() - at < timedelta(minutes=5) for at in listed.values())


def test_a_key_is_made_of_the_building_and_the_content():
    building, sha = uuid4(), hashlib.sha256(b"paper").hexdigest()
    assert storage.key_of(building, sha) == f"buildings/{building}/{sha[:2]}/{sha}"
    assert sha.startswith(storage.key_of(building, sha).split("/")[2])


def test_the_digest_is_sha256_and_leaves_the_file_at_its_start():
    file = io.BytesIO(b"a" * 3_000_000)
    assert storage.digest(file) == hashlib.sha256(b"a" * 3_000_000).hexdigest()
    assert file.tell() == 0


def counted(operation: str, result: str) -> float:
    labels = {"provider": "folder", "operation": operation, "result": result}
    return metrics.REGISTRY.get_sample_value("storage_operation_total", labels) or 0.0


def test_every_operation_is_counted_and_timed(place):
    before = {name: counted(name, "ok") for name in ("put", "get", "delete")}
    errors, timed = counted("get", "error"), {"provider": "folder", "operation": "put"}
    timings = metrics.REGISTRY.get_sample_value("storage_operation_duration_seconds_count", timed) or 0.0
    storage.put("k", io.BytesIO(b"x"))
    storage.read("k")
    list(storage.stream("k"))
    storage.remove("k")
    with pytest.raises(FileNotFoundError):
        storage.read("k")
    assert {name: counted(name, "ok") - before[name] for name in before} == {"put": 1, "get": 2, "delete": 1}
    assert counted("get", "error") - errors == 1
    assert metrics.REGISTRY.get_sample_value("storage_operation_duration_seconds_count", timed) == timings + 1


def test_without_an_address_files_go_to_the_data_folder(tmp_path, monkeypatch):
    here = config.Settings(data_dir=tmp_path, storage_url="", secret="x" * 40)
    monkeypatch.setattr(storage, "settings", lambda: here)
    storage.store.cache_clear()
    try:
        storage.put("k", io.BytesIO(b"x"))
        assert (tmp_path / "files" / "k").read_bytes() == b"x"
    finally:
        storage.store.cache_clear()


def test_another_place_is_taken_from_its_address(tmp_path, monkeypatch):
    address = f"file://{tmp_path}"
    monkeypatch.setattr(storage, "settings", lambda: config.Settings(storage_url=address, secret="x" * 40))
    storage.store.cache_clear()
    try:
        storage.put("k", io.BytesIO(b"y"))
        labels = {"provider": "file", "operation": "put", "result": "ok"}
        assert (tmp_path / "k").read_bytes() == b"y"
        assert metrics.REGISTRY.get_sample_value("storage_operation_total", labels) == 1
    finally:
        storage.store.cache_clear()
