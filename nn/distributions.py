"""Probability distributions with PyTorch's names: samples, log-probabilities, entropies.

>>> policy = Categorical(probs=Tensor([0.0, 1.0]))
>>> action = policy.sample()
>>> action, policy.log_prob(action).round(6)
(Tensor(1), Tensor(-0.))
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import value
from nn.beta_samples import beta_sample

__all__ = ["Bernoulli", "Beta", "Categorical", "Distribution", "Normal", "Uniform", "kl_divergence"]

_Shape = Sequence[int]


def _tensors(*given: Any) -> list[Tensor]:
    """Parameters as Tensors of floats that are broadcast against each other."""
    made = [each if isinstance(each, Tensor) else autograd.tensor(each) for each in given]
    kind = np.result_type(*(each.dtype for each in made))
    kind = kind if kind.kind == "f" else autograd.get_default_dtype()
    made = [each if each.dtype == kind else each.astype(kind) for each in made]
    shape = np.broadcast_shapes(*(each.shape for each in made))
    return [each if each.shape == shape else autograd.broadcast_to(each, shape) for each in made]


class Distribution:
    """What all of them have in common.

    Attributes:
        batch_shape: how many independent distributions it stands for.
        event_shape: the shape of one draw of one of them.
        has_rsample: whether samples carry gradients to the parameters.
    """

    has_rsample = False

    def __init__(self, batch_shape: _Shape, event_shape: _Shape = ()) -> None:
        self.batch_shape = tuple(batch_shape)
        self.event_shape = tuple(event_shape)

    def sample(self, sample_shape: _Shape = ()) -> Tensor:
        """Draw from it, without a gradient.

        Args:
            sample_shape: how many draws, in front of the batch.
        """
        with autograd.no_grad():
            return self.rsample(sample_shape) if self.has_rsample else self._drawn(sample_shape)

    def rsample(self, sample_shape: _Shape = ()) -> Tensor:
        """Draw from it by a function of its parameters, which get their gradients.

        Raises:
            NotImplementedError: where there is no such function; use `sample` and `log_prob`.
        """
        raise NotImplementedError(
            f"{type(self).__name__}: samples have no gradient; use sample(), and log_prob() of it "
            "times the reward"
        )

    def _drawn(self, sample_shape: _Shape) -> Tensor:
        raise NotImplementedError

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density, or of the probability, at a value."""
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """The entropy in nats."""
        raise NotImplementedError

    @property
    def mean(self) -> Tensor:
        """The mean."""
        raise NotImplementedError

    @property
    def variance(self) -> Tensor:
        """The variance."""
        raise NotImplementedError

    @property
    def stddev(self) -> Tensor:
        """The standard deviation."""
        return autograd.sqrt(self.variance)

    def _shape(self, sample_shape: _Shape) -> tuple[int, ...]:
        return (*sample_shape, *self.batch_shape, *self.event_shape)

    def _refuse(self, wrong: Any, name: str, expected: str) -> None:
        if np.any(wrong):
            raise ValueError(f"{type(self).__name__}: expected {name} {expected}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(batch_shape={self.batch_shape})"


class Normal(Distribution):
    """The normal distribution N(loc, scale²).

    Args:
        loc: the mean.
        scale: the standard deviation, above 0.

    >>> Normal(0.0, 1.0).log_prob(0.0)
    Tensor(-0.91893853)
    """

    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool = True) -> None:
        self.loc, self.scale = _tensors(loc, scale)
        super().__init__(self.loc.shape)
        if validate_args:
            self._refuse(~(value(self.scale) > 0), "scale", "above 0")

    def rsample(self, sample_shape: _Shape = ()) -> Tensor:
        """`loc + scale · ε` with standard normal ε."""
        shape = self._shape(sample_shape)
        noise = autograd.default_generator().standard_normal(shape)
        return self.loc + self.scale * np.asarray(noise).astype(self.loc.dtype)

    def log_prob(self, value: Any) -> Tensor:
        """`-(x - loc)² / (2 scale²) - ln(scale) - ln(2π) / 2`."""
        x = _like(value, self.loc)
        squares = (x - self.loc) ** 2 / (2 * self.scale**2)
        return -squares - autograd.log(self.scale) - math.log(2 * math.pi) / 2

    def entropy(self) -> Tensor:
        """`1/2 + ln(2π) / 2 + ln(scale)`."""
        return 0.5 + 0.5 * math.log(2 * math.pi) + autograd.log(self.scale)

    def cdf(self, value: Any) -> Tensor:
        """The probability of a value below."""
        out: Tensor = autograd.ndtr((_like(value, self.loc) - self.loc) / self.scale)
        return out

    def icdf(self, value: Any) -> Tensor:
        """The value below which a draw falls with a probability."""
        p = _like(value, self.loc)
        return self.loc + self.scale * autograd.erfinv(2 * p - 1) * math.sqrt(2)

    @property
    def mean(self) -> Tensor:
        """`loc`."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """`scale²`."""
        return self.scale**2

    @property
    def mode(self) -> Tensor:
        """`loc`."""
        return self.loc


class Uniform(Distribution):
    """The uniform distribution on `[low, high)`.

    Args:
        low: the lower end.
        high: the upper end, above `low`.

    >>> Uniform(0.0, 2.0).entropy()
    Tensor(0.69314718)
    """

    has_rsample = True

    def __init__(self, low: Any, high: Any, validate_args: bool = True) -> None:
        self.low, self.high = _tensors(low, high)
        super().__init__(self.low.shape)
        if validate_args:
            self._refuse(~(value(self.low) < value(self.high)), "low", "below high")

    def rsample(self, sample_shape: _Shape = ()) -> Tensor:
        """`low + (high - low) · u` with u uniform in [0, 1)."""
        shares = np.asarray(autograd.default_generator().random(self._shape(sample_shape)))
        return self.low + (self.high - self.low) * shares.astype(self.low.dtype)

    def log_prob(self, value: Any) -> Tensor:
        """`-ln(high - low)` inside, -inf outside."""
        x = _like(value, self.low)
        inside = (x >= self.low) & (x < self.high)
        out: Tensor = autograd.where(inside, -autograd.log(self.high - self.low), -math.inf)
        return out

    def entropy(self) -> Tensor:
        """`ln(high - low)`."""
        out: Tensor = autograd.log(self.high - self.low)
        return out

    def cdf(self, value: Any) -> Tensor:
        """The probability of a value below."""
        out: Tensor = autograd.clip(
            (_like(value, self.low) - self.low) / (self.high - self.low), 0, 1
        )
        return out

    def icdf(self, value: Any) -> Tensor:
        """The value below which a draw falls with a probability."""
        return self.low + (self.high - self.low) * _like(value, self.low)

    @property
    def mean(self) -> Tensor:
        """The middle."""
        return (self.low + self.high) / 2

    @property
    def variance(self) -> Tensor:
        """`(high - low)² / 12`."""
        return (self.high - self.low) ** 2 / 12


class Bernoulli(Distribution):
    """1 with a probability, else 0.

    Args:
        probs: the probability of 1; or
        logits: its logit, `ln(p / (1 - p))`.

    >>> Bernoulli(probs=0.25).log_prob(1.0)
    Tensor(-1.38629436)
    """

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool = True) -> None:
        (given,) = _tensors(_one_of(self, probs, logits))
        super().__init__(given.shape)
        if logits is not None:
            self.logits, self.probs = given, autograd.sigmoid(given)
            return
        if validate_args:
            raw = value(given)
            self._refuse(~((raw >= 0) & (raw <= 1)), "probs", "between 0 and 1")
        self.probs, self.logits = given, autograd.logit(_kept_away(given))

    def _drawn(self, sample_shape: _Shape) -> Tensor:
        shares = autograd.default_generator().random(self._shape(sample_shape))
        return Tensor(np.asarray(shares < value(self.probs)).astype(self.probs.dtype))

    def log_prob(self, value: Any) -> Tensor:
        """`x · logit - ln(1 + e^logit)`."""
        return _like(value, self.logits) * self.logits - autograd.softplus(self.logits)

    def entropy(self) -> Tensor:
        """`-p ln p - (1 - p) ln(1 - p)`."""
        out: Tensor = autograd.softplus(self.logits) - self.probs * self.logits
        return out

    @property
    def mean(self) -> Tensor:
        """The probability of 1."""
        return self.probs

    @property
    def variance(self) -> Tensor:
        """`p (1 - p)`."""
        return self.probs * (1 - self.probs)


class Categorical(Distribution):
    """One of the integers from 0, with probabilities along the last axis.

    Args:
        probs: the probabilities, or what they are proportional to; or
        logits: their logarithms, up to a constant.

    >>> Categorical(probs=Tensor([1.0, 3.0])).log_prob(1)
    Tensor(-0.28768207)
    """

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool = True) -> None:
        (given,) = _tensors(_one_of(self, probs, logits))
        if given.ndim < 1:
            raise ValueError("Categorical: expected probabilities along a last axis, got a number")
        super().__init__(given.shape[:-1])
        if logits is not None:
            self.logits = given - autograd.logsumexp(given, -1, True)
            self.probs = autograd.softmax(given, -1)
            return
        if validate_args:
            raw = value(given)
            wrong = (raw < 0).any() or not np.isfinite(raw).all() or not (raw.sum(-1) > 0).all()
            self._refuse(wrong, "probs", "that are finite, 0 or more, and not all 0")
        self.probs = given / autograd.sum(given, -1, True)
        self.logits = autograd.log(_kept_away(self.probs))

    def _drawn(self, sample_shape: _Shape) -> Tensor:
        ends = np.cumsum(value(self.probs).astype(float), -1)
        shape = (*sample_shape, *self.batch_shape)
        points = np.asarray(autograd.default_generator().random(shape)) * ends[..., -1]
        return Tensor((ends <= points[..., None]).sum(-1))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of each integer."""
        index = np.asarray(value.detach().numpy() if isinstance(value, Tensor) else value)
        count = self.logits.shape[-1]
        if not (index == index.astype(np.int64)).all() or ((index < 0) | (index >= count)).any():
            raise ValueError(f"Categorical: expected integers from 0 to {count - 1}, got {value}")
        shape = np.broadcast_shapes(index.shape, self.batch_shape)
        logits = autograd.broadcast_to(self.logits, (*shape, count))
        places = np.broadcast_to(index.astype(np.int64), shape)[..., None]
        out: Tensor = autograd.take_along_axis(logits, places, -1)[..., 0]
        return out

    def entropy(self) -> Tensor:
        """`-Σ p ln p`."""
        least = np.finfo(self.logits.dtype).min
        return -autograd.sum(self.probs * autograd.clip(self.logits, least), -1)

    def enumerate_support(self) -> Tensor:
        """All the integers, in front of the batch."""
        numbers = np.arange(self.logits.shape[-1]).reshape(-1, *[1] * len(self.batch_shape))
        return Tensor(np.broadcast_to(numbers, (numbers.size, *self.batch_shape)))

    @property
    def mode(self) -> Tensor:
        """The most probable integer."""
        out: Tensor = autograd.argmax(self.probs, -1)
        return out


class Beta(Distribution):
    """The beta distribution on (0, 1), `x^(a-1) (1-x)^(b-1) / B(a, b)`.

    Args:
        concentration1: a, above 0.
        concentration0: b, above 0.

    >>> Beta(2.0, 2.0).log_prob(0.5)
    Tensor(0.40546511)
    """

    has_rsample = True

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool = True
    ) -> None:
        self.concentration1, self.concentration0 = _tensors(concentration1, concentration0)
        super().__init__(self.concentration1.shape)
        if validate_args:
            for name in ("concentration1", "concentration0"):
                self._refuse(~(value(getattr(self, name)) > 0), name, "above 0")

    def rsample(self, sample_shape: _Shape = ()) -> Tensor:
        """Draws that move with a and b as their quantile does; never 0 or 1."""
        a, b = self.concentration1, self.concentration0
        shape, numbers = self._shape(sample_shape), np.finfo(a.dtype)
        drawn = autograd.default_generator().beta(value(a), value(b), shape)
        kept = np.asarray(drawn).astype(a.dtype).clip(numbers.tiny, 1 - numbers.epsneg)
        whole = (autograd.broadcast_to(each, shape) for each in (a, b))
        sample: Tensor = beta_sample(*whole, autograd.from_numpy(kept))
        return sample

    def _log_beta(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        return autograd.gammaln(a) + autograd.gammaln(b) - autograd.gammaln(a + b)

    def log_prob(self, value: Any) -> Tensor:
        """`(a - 1) ln x + (b - 1) ln(1 - x) - ln B(a, b)`."""
        x = _like(value, self.concentration1)
        a, b = self.concentration1, self.concentration0
        return autograd.xlogy(a - 1, x) + autograd.xlogy(b - 1, 1 - x) - self._log_beta()

    def entropy(self) -> Tensor:
        """`ln B - (a - 1) ψ(a) - (b - 1) ψ(b) + (a + b - 2) ψ(a + b)`."""
        a, b, psi = self.concentration1, self.concentration0, autograd.digamma
        ends = (a - 1) * psi(a) + (b - 1) * psi(b)
        return self._log_beta() - ends + (a + b - 2) * psi(a + b)

    @property
    def mean(self) -> Tensor:
        """`a / (a + b)`."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def variance(self) -> Tensor:
        """`a b / ((a + b)² (a + b + 1))`."""
        both = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (both**2 * (both + 1))


def _one_of(owner: Distribution, probs: Any, logits: Any) -> Any:
    if (probs is None) == (logits is None):
        raise ValueError(f"{type(owner).__name__}: expected either probs or logits")
    return probs if logits is None else logits


def _kept_away(probs: Tensor) -> Tensor:
    """Probabilities that are not so near 0 or 1 that their logarithms are infinite."""
    least = np.finfo(probs.dtype).eps
    out: Tensor = autograd.clip(probs, least, 1 - least)
    return out


def _like(given: Any, parameter: Tensor) -> Tensor:
    """A value as a Tensor in the dtype of a parameter."""
    made = given if isinstance(given, Tensor) else Tensor(np.asarray(given))
    return made if made.dtype == parameter.dtype else made.astype(parameter.dtype)


# ---------------------------------------------------------------------- divergence


def kl_divergence(p: Any, q: Any) -> Tensor:
    """The Kullback-Leibler divergence `Σ p ln(p / q)` of two distributions of one kind.

    Args:
        p: the distribution that is true.
        q: the one that is taken for it.

    Raises:
        NotImplementedError: for two of different kinds.

    >>> kl_divergence(Normal(0.0, 1.0), Normal(1.0, 1.0))
    Tensor(0.5)
    """
    for kind, formula in _DIVERGENCES.items():
        if isinstance(p, kind) and isinstance(q, kind):
            return formula(p, q)
    raise NotImplementedError(
        f"kl_divergence: of {type(p).__name__} and {type(q).__name__} there is no formula here; "
        "average p.log_prob(x) - q.log_prob(x) over samples x of p"
    )


def _of_normals(p: Normal, q: Normal) -> Tensor:
    ratio = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - autograd.log(ratio))


def _of_uniforms(p: Uniform, q: Uniform) -> Tensor:
    inside = (q.low <= p.low) & (p.high <= q.high)
    ratio = autograd.log((q.high - q.low) / (p.high - p.low))
    out: Tensor = autograd.where(inside, ratio, math.inf)
    return out


def _of_bernoullis(p: Bernoulli, q: Bernoulli) -> Tensor:
    difference = p.probs * (p.logits - q.logits)
    return difference - autograd.softplus(p.logits) + autograd.softplus(q.logits)


def _of_categoricals(p: Categorical, q: Categorical) -> Tensor:
    terms = p.probs * (p.logits - q.logits)
    terms = autograd.where(value(p.probs) == 0, 0.0, terms)
    out: Tensor = autograd.sum(terms, -1)
    return out


def _of_betas(p: Beta, q: Beta) -> Tensor:
    psi = autograd.digamma
    a, b = p.concentration1, p.concentration0
    ends = (a - q.concentration1) * psi(a) + (b - q.concentration0) * psi(b)
    both = (q.concentration1 - a + q.concentration0 - b) * psi(a + b)
    return q._log_beta() - p._log_beta() + ends + both


_DIVERGENCES: dict[type, Callable[[Any, Any], Tensor]] = {
    Normal: _of_normals,
    Uniform: _of_uniforms,
    Bernoulli: _of_bernoullis,
    Categorical: _of_categoricals,
    Beta: _of_betas,
}
