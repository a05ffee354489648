"""The fake endpoint itself speaks the protocol that real clients speak."""

import base64
import math
import socket
import struct
import subprocess
import sys

import openai
import orjson
import pytest
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from typer.testing import CliRunner

from koprogo_app import cli
from koprogo_app.core.config import ROOT, settings
from koprogo_app.ops import fake_model

TOOL = {
    "type": "function",
    "function": {"name": "balance", "description": "", "parameters": {"type": "object", "properties": {"question": {"type": "string"}}}},
}  # fmt: skip


@pytest.fixture
def client(served) -> openai.OpenAI:
    return openai.OpenAI(base_url=served[0], api_key="x", max_retries=0)


def test_models_are_listed(client):
    assert [model.id for model in client.models.list()] == list(fake_model.MODELS)


def test_an_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt", messages=[{"role": "user", "content": "?"}])


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_embeddings_are_normalised_and_the_same_every_time(client, encoding):
    texts = ["Le syndic convoque", "le SYNDIC convoque !", "Autre"]
    made = client.embeddings.create(model="fake", input=texts, encoding_format=encoding).data
    first, second, other = (vector(one.embedding) for one in made)
    assert [one.index for one in made] == [0, 1, 2]
    assert first == second != other
    assert math.isclose(sum(x * x for x in first), 1, abs_tol=1e-6)
    again = client.embeddings.create(model="fake", input=texts[0])
    assert again.data[0].embedding == pytest.approx(first, abs=1e-6)


def vector(given) -> list[float]:
    """Numbers as they are, or as little-endian floats in base64."""
    return (
        list(struct.unpack(f"<{fake_model.DIMENSIONS}f", base64.b64decode(given))) if isinstance(given, str) else given
    )


def test_embeddings_through_langchain_send_texts(served):
    made = OpenAIEmbeddings(base_url=served[0], api_key="x", model="fake", check_embedding_ctx_length=False)
    near, far = made.embed_query("le syndic convoque l'assemblée"), made.embed_query("prix du gaz naturel")
    asked = made.embed_query("le syndic convoque")
    assert len(asked) == 64
    assert sum(map(lambda a, b: a * b, asked, near)) > sum(map(lambda a, b: a * b, asked, far))


def test_tokens_of_another_vocabulary_are_refused(client):
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="fake", input=[[1, 2, 3]])


def test_without_streaming_the_same_answer_comes_whole(client, seen):
    from koprogo_app.modules.writing.rules import Source, prompt

    (_, system), (_, human) = prompt(
        "Qui ?", "fr", [Source(1, "art. 3.87", "Le syndic convoque. Il préside.", "law")], "ab"
    )
    messages = [{"role": "system", "content": system}, {"role": "user", "content": human}]
    whole = client.chat.completions.create(model="fake-honest", messages=messages)
    parts = client.chat.completions.create(model="fake-honest", messages=messages, stream=True)
    text = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert text == whole.choices[0].message.content
    assert [orjson.loads(line)["sentence"] for line in text.split("\n")] == ["Le syndic convoque.", "Il préside."]
    assert (whole.choices[0].finish_reason, whole.usage.completion_tokens) == ("stop", len(text) // 4)
    assert [request.stream for request in seen] == [False, True]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_tool_is_called_and_its_answer_repeated(served, streaming):
    model = ChatOpenAI(
        base_url=served[0], api_key="x", model="fake-tools", max_retries=0, streaming=streaming
    ).bind_tools([TOOL])
    said = model.invoke("Combien dois-je ?")
    (called,) = said.tool_calls
    assert (called["name"], called["args"]) == ("balance", {"question": "Combien dois-je ?"})
    answer = model.invoke(
        [("human", "Combien dois-je ?"), said, {"role": "tool", "tool_call_id": called["id"], "content": "12 €"}]
    )
    assert (answer.content, answer.tool_calls) == ("12 €", [])


def test_every_mode_does_what_its_name_says(ask, passages):
    """Those of chain's tests aside, each name is known to the endpoint."""
    assert {name for name in fake_model.MODELS if ask(name, llm_timeout=3.0).refusal is None} == {
        "fake-honest", "fake-uncounted", "fake-fenced", "fake-429-once", "fake-obedient",
    }  # fmt: skip


def test_an_obedient_model_without_an_order_is_honest(ask):
    assert ask("fake-obedient").texts == ask("fake-honest").texts


# --- The command ---


def test_the_command_is_refused_in_production(monkeypatch):
    monkeypatch.setattr(settings(), "mode", "production")
    done = CliRunner().invoke(cli.app, ["fake-model"])
    assert done.exit_code == 1
    assert "refused in production" in done.stderr


def test_the_command_refuses_a_taken_port(monkeypatch):
    monkeypatch.setattr(cli, "PATIENCE", 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = CliRunner().invoke(cli.app, ["fake-model", "--port", str(taken.getsockname()[1])])
    assert done.exit_code == 1
    assert "is taken" in done.stderr


def test_the_command_serves_until_it_is_stopped():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "koprogo_app.cli", "fake-model", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = [process.stdout.readline() for _ in range(2 + len(fake_model.MODELS))]
            assert said[1] == f"KOPROGO_LLM_BASE_URL=http://127.0.0.1:{port}/v1 KOPROGO_LLM_MODEL=<name>\n"
            assert said[2].split() == ["fake-honest", *fake_model.MODELS["fake-honest"].split()]
            patient = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x", max_retries=8)
            assert len(patient.models.list().data) == len(fake_model.MODELS)
        finally:
            process.terminate()
