"""Vectors computed beforehand and shipped: knowledge/vectors/<model>.npz, keyed by the text and the model."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from . import embedders
from .embedders import Vector
from .files import FOLDER

VECTORS = FOLDER / "vectors"


def _path(model: str) -> Path:
    return VECTORS / f"{model}.npz"


def shipped(model: str) -> Mapping[str, Vector]:
    """key -> vector of a model; empty for one of which nothing is shipped."""
    if not _path(model).exists():
        return {}
    with np.load(_path(model)) as file:
        return dict(zip(file["keys"].tolist(), file["rows"].astype(np.float32), strict=True))


def write(model: str, texts: Sequence[str]) -> int:
    """Brings the shipped file of a model to these texts; returns how many had to be computed."""
    known = shipped(model)
    wanted = {embedders.key(model, text): text for text in sorted(set(texts))}
    missing = [text for key, text in wanted.items() if key not in known]
    computed = embedders.model(model).passages(missing) if missing else []
    fresh = {embedders.key(model, text): row for text, row in zip(missing, computed, strict=True)}
    rows = [known[key] if key in known else fresh[key] for key in wanted]
    VECTORS.mkdir(exist_ok=True)
    np.savez(_path(model), keys=np.array(list(wanted)), rows=np.stack(rows).astype(np.float16))
    return len(missing)
