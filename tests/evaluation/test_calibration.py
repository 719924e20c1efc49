"""Temperature and calibration error on logits whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from intent_al.evaluation.calibration import (
    Bin,
    expected_calibration_error,
    fit_sharpness,
    log_loss,
    measured,
    reliability,
    softmax,
)


def test_the_sharpness_that_made_the_labels_is_found_again() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 5))
    noise = rng.gumbel(size=logits.shape)
    targets = (3.0 * logits + noise).argmax(axis=1)
    found = fit_sharpness(logits, targets)
    assert found == pytest.approx(3.0, rel=0.1)
    assert log_loss(logits * found, targets) < log_loss(logits, targets)
    probabilities = softmax(logits * found)
    correct = probabilities.argmax(axis=1) == targets
    assert expected_calibration_error(probabilities.max(axis=1), correct) < 0.03


def test_too_few_rows_or_no_error_stay_bounded() -> None:
    logits = np.eye(20)
    assert fit_sharpness(logits[:5], np.arange(5)) == 1.0
    assert fit_sharpness(logits[:5], np.arange(5), fallback=2.5) == 2.5
    assert 1.0 < fit_sharpness(logits, np.arange(20)) <= np.exp(4) + 1e-6


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    assert expected_calibration_error(np.full(4, 0.9), np.array([1, 0, 1, 0], bool)) == (
        pytest.approx(0.4)
    )
    assert expected_calibration_error(np.ones(3), np.ones(3, bool)) == 0.0
    assert expected_calibration_error(np.zeros(0), np.zeros(0, bool)) == 0.0


def test_bars_of_a_reliability_diagram_hold_the_texts_of_their_confidence() -> None:
    confidence = np.array([0.05, 0.55, 0.65, 0.9, 1.0])
    bars = reliability(confidence, np.array([0, 1, 0, 1, 1], bool), bins=2)
    assert bars == (
        Bin(1, pytest.approx(0.05), 0.0),  # type: ignore[arg-type]
        Bin(4, pytest.approx(0.775), 0.75),  # type: ignore[arg-type]
    )
    assert reliability(np.zeros(0), np.zeros(0, bool), bins=2) == (Bin(0, 0.0, 0.0),) * 2


def test_the_calibration_error_is_the_gap_of_the_bars() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.random(500).astype(np.float32)
    correct = rng.random(500) < confidence**2
    found = measured(confidence, correct, confidence)
    gaps = [bar.count * abs(bar.confidence - bar.accuracy) for bar in found.bins]
    assert sum(gaps) / 500 == pytest.approx(found.error)
    assert sum(bar.count for bar in found.bins) == 500
    assert found.confidence == pytest.approx(float(confidence.mean()))


def test_log_loss_agrees_with_that_of_logits_and_stays_finite() -> None:
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(200, 4)), rng.integers(0, 4, 200)
    rows = softmax(logits)
    right = rows[np.arange(200), targets]
    found = measured(rows.max(axis=1), rows.argmax(axis=1) == targets, right)
    assert found.log_loss == pytest.approx(log_loss(logits, targets))
    unknown = measured(np.ones(2), np.zeros(2, bool), np.zeros(2))
    assert unknown.log_loss == pytest.approx(-np.log(1e-6))
    assert measured(np.zeros(0), np.zeros(0, bool), np.zeros(0)).log_loss == 0.0


def test_softmax_survives_large_logits() -> None:
    rows = softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], dtype=np.float32))
    assert rows.tolist() == [[1.0, 0.0], [0.5, 0.5]]
