"""How sure a search is: a logistic on its best similarities, fitted on questions whose answer is known, for each set of models.

A fixed threshold on a cosine never works: e5 gives .70 to .93 to everything. `make eval` prints the coefficients.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .embedders import E5, USE

Band = Literal["answer", "unsure", "refuse"]


@dataclass(frozen=True, slots=True)
class Logistic:
    """P(the knowledge base holds the answer). One mean, scale and weight a feature, and a constant."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    constant: float

    def probability(self, features: Sequence[float]) -> float:
        """Between 0 and 1."""
        z = self.constant + sum(
            w * (f - m) / s for f, m, s, w in zip(features, self.mean, self.scale, self.weights, strict=True)
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


# Features: for each model the best similarity inside the knowledge base, then how much nearer a subject beyond it is; the words
# that the best heading inside shares with the question, then the best one beyond. Fitted on the dev half of our own questions.
FITTED: dict[tuple[str, ...], Logistic] = {
    (E5, USE): Logistic(
        (0.8798, 0.441, -0.0422, -0.2004, 13.27, 4.2048), (0.0339, 0.1275, 0.0303, 0.1168, 7.4155, 3.9041),
        (1.8693, 0.3295, -0.2951, -0.4787, 1.1919, -0.6664), 2.1443,
    ),
    (E5,): Logistic(
        (0.8798, -0.0422, 13.27, 4.2048), (0.0339, 0.0303, 7.4155, 3.9041), (2.0531, -0.4784, 1.2875, -0.7486), 2.0715
    ),
    (USE,): Logistic(
        (0.441, -0.2004, 13.27, 4.2048), (0.1275, 0.1168, 7.4155, 3.9041), (0.6396, -0.9168, 2.3376, -0.6749), 2.2159
    ),
    (): Logistic((13.27, 4.2048), (7.4155, 3.9041), (2.9925, -0.996), 2.0238),
}  # fmt: skip
SURE, UNSURE = 0.65, 0.45  # at 0.45, 93 of 100 questions from elsewhere are refused, and 1 of 100 of ours


def probability(models: tuple[str, ...], features: Sequence[float]) -> float:
    """The probability by the models that answered; those that nobody fitted are never sure."""
    fitted = FITTED.get(models)
    return fitted.probability(features) if fitted else (SURE + UNSURE) / 2


def band(probability: float) -> Band:
    """answer: may be quoted; unsure: only the nearest articles are shown; refuse: neither."""
    return "answer" if probability >= SURE else "unsure" if probability >= UNSURE else "refuse"


def fit(features: NDArray[np.float64], answerable: NDArray[np.float64], ridge: float = 1.0) -> Logistic:
    """The logistic of these questions, by Newton's method with a small ridge."""
    mean, scale = features.mean(0), features.std(0) + 1e-9
    x = np.c_[(features - mean) / scale, np.ones(len(features))]
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve(
            x.T @ (x * (p * (1 - p))[:, None]) + ridge * np.eye(len(w)), x.T @ (answerable - p) - ridge * w
        )
    rounded = [tuple(round(float(v), 4) for v in row) for row in (mean, scale, w[:-1])]
    return Logistic(rounded[0], rounded[1], rounded[2], round(float(w[-1]), 4))
