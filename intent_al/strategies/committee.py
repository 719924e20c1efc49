"""Query by committee: what several models disagree about.

Members are the bot's own model, the built-in one, and whatever else predicts the same intents from
other features. Sources: vote entropy, Dagan & Engelson 1995; KL to the mean, McCallum & Nigam 1998;
both in Settles, "Active Learning Literature Survey", 2009, section 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.records import FloatArray, PredictionBatch

_TINY = 1e-12


def vote_entropy(committee: FloatArray) -> FloatArray:
    """(n,) in [0, 1] of (members, n, k): 0 when all name one intent, 1 when all name another."""
    members = len(committee)
    if members < 2:
        return np.zeros(committee.shape[1], dtype=np.float32)
    votes = committee.argmax(axis=2)
    # a member with a agreeing votes adds -log(a / members) / members to the entropy
    agreeing = (votes[:, None] == votes[None]).sum(axis=1)
    entropy = -np.log(agreeing / members).mean(axis=0)
    return np.asarray(entropy / np.log(members), dtype=np.float32)


def kl_to_consensus(committee: FloatArray) -> FloatArray:
    """(n,) in [0, 1]: mean divergence of the members from their mean, over its bound log(members).

    Sees what votes hide: members that name the same intent, one of them hardly.
    """
    members = len(committee)
    if members < 2:
        return np.zeros(committee.shape[1], dtype=np.float32)
    consensus = np.log(np.maximum(committee.mean(axis=0), _TINY))
    divergence = np.zeros(committee.shape[1])
    for member in committee:  # one at a time: no array of the size of the committee
        divergence += (member * (np.log(np.maximum(member, _TINY)) - consensus)).sum(axis=1)
    bounded = divergence / (members * np.log(members))
    return np.asarray(np.clip(bounded, 0.0, 1.0), dtype=np.float32)


def align(batches: Sequence[PredictionBatch]) -> FloatArray:
    """(members, n, k) over all intents that any member knows; one it does not know gets 0."""
    labels = sorted({label for batch in batches for label in batch.labels})
    column = {label: at for at, label in enumerate(labels)}
    n = len(batches[0])
    committee = np.zeros((len(batches), n, len(labels)), dtype=np.float32)
    for member, batch in zip(committee, batches, strict=True):
        member[:, [column[label] for label in batch.labels]] = batch.probabilities
    return committee
