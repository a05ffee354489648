"""Nobody fills the server with a file before it is known who sends it, and that he may."""

import pytest
from conftest import as_role
from fastapi.testclient import TestClient
from starlette.requests import Request

import koprogo_app.koprogo_app as assembled
from koprogo_app.api import build, current_actor
from koprogo_app.core import edge
from koprogo_app.core.actor import Role

UPLOADS = [
    "/api/v1/documents", "/api/v1/imports", "/api/v1/archives", "/api/v1/admin/official-texts",
    "/api/v1/admin/official-texts/drafts", "/api/v1/invoice-files",
    "/api/v1/opening/0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10/file", "/api/v1/meter-files/0199e6a4-8f3c-7c31-9d0a-3f5f3b1f7c10",
]  # fmt: skip


@pytest.fixture
def read(monkeypatch):
    """What was read of a body: nothing, as long as it is empty."""
    seen, stream = [], Request.stream

    async def counted(self):
        async for piece in stream(self):
            seen.append(len(piece))
            yield piece

    monkeypatch.setattr(Request, "stream", counted)
    return seen


@pytest.mark.parametrize("path", UPLOADS)
@pytest.mark.parametrize(("role", "status"), [(None, 401), (Role.OWNER, 403)])
def test_a_file_is_not_read_from_somebody_who_may_not_send_it(alice, read, path, role, status):
    app = build(assembled.ROUTERS)
    if role:
        app.dependency_overrides[current_actor] = lambda: as_role(alice, role)
    client = TestClient(app, raise_server_exceptions=False)
    answer = client.post(path, files={"file": ("paper.csv", b"x" * 100_000)})
    assert (answer.status_code, read) == (status, [])


def test_whoever_takes_a_file_takes_one_larger_than_a_form():
    paths = build(assembled.ROUTERS).openapi()["paths"]
    takes = {
        path
        for path, methods in paths.items()
        for of in methods.values()
        if "multipart/form-data" in of.get("requestBody", {}).get("content", {})
    }
    assert len(takes) >= 8
    assert {path for path in takes if not path.startswith(edge.UPLOADS)} == set()
