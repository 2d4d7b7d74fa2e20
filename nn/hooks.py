"""Functions that are called when a module is: before and after it, in backward, with its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, conj, from_numpy, is_grad_enabled
from autograd.internals import Handle, Hook, describe
from autograd.ops import witnessed

__all__: list[str] = []


class _Entry(NamedTuple):
    """A hook, and how it wants to be called."""

    hook: Hook
    with_kwargs: bool = False
    always_call: bool = False


class Hooked:
    """The base of what has hooks: `forward` is called between those before and those after it."""

    forward: Callable[..., Any]
    _hooks: dict[str, dict[Handle, _Entry]] | None = None  # those of calls, by kind
    _state_hooks: dict[str, dict[Handle, _Entry]] | None = None

    # ------------------------------------------------------------------ registration

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call `hook(module, args)` before `forward`; what it returns replaces the arguments.

        Args:
            hook: the function.
            prepend: whether it is called before the hooks that are there.
            with_kwargs: whether it is called as `hook(module, args, kwargs)`, and what it returns
                is a pair of both.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.
        """
        return self._hook("before", _Entry(hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Hook,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> Handle:
        """Call `hook(module, args, result)` after `forward`; it may return another result.

        Args:
            hook: the function.
            prepend: whether it is called before the hooks that are there.
            with_kwargs: whether it is called as `hook(module, args, kwargs, result)`.
            always_call: whether it is called, with None for the result, also after an error.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.

        >>> from nn import Linear
        >>> layer = Linear(3, 2)
        >>> handle = layer.register_forward_hook(lambda module, args, out: print(out.shape))
        >>> _ = layer([[1.0, 2.0, 3.0]])
        (1, 2)
        >>> handle.remove()
        """
        return self._hook("after", _Entry(hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(self, hook: Hook, prepend: bool = False) -> Handle:
        """Call `hook(module, grad_output)` in backward, before the module is gone through.

        Args:
            hook: gets a tuple with the gradient of each result; may return others to go on with.
            prepend: whether it is called before the hooks that are there.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.
        """
        return self._hook("backward before", _Entry(hook), prepend)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> Handle:
        """Call `hook(module, grad_input, grad_output)` in backward, after the module.

        Args:
            hook: gets, as tuples, the gradients of the positional arguments, None for those that
                require none, and of the results, zeros for those that were not used. What it
                returns takes the place of the first.
            prepend: whether it is called before the hooks that are there.

        Returns:
            A handle: `handle.remove()`, or a call of it, takes the hook away.

        >>> from nn import Linear
        >>> layer = Linear(2, 1)
        >>> handle = layer.register_full_backward_hook(lambda module, of_in, out: print(out))
        >>> layer([[1.0, 2.0]]).sum().backward()
        (Tensor([[1.]], dtype=float32),)
        >>> handle.remove()
        """
        return self._hook("backward after", _Entry(hook), prepend)

    def register_state_dict_pre_hook(self, hook: Hook) -> Handle:
        """Call `hook(module, prefix, keep_vars)` before this module's part of a `state_dict`."""
        return self._state_hook("saving", hook)

    def register_state_dict_post_hook(self, hook: Hook) -> Handle:
        """Call `hook(module, state_dict, prefix, metadata)` after it; it may change the dict."""
        return self._state_hook("saved", hook)

    def register_load_state_dict_pre_hook(self, hook: Hook) -> Handle:
        """Call a hook before a state is loaded, on a dict of its own, which it may change.

        It is called as `hook(module, state_dict, prefix, metadata, strict, missing_keys,
        unexpected_keys, error_msgs)`, the last four empty.
        """
        return self._state_hook("loading", hook)

    def register_load_state_dict_post_hook(self, hook: Hook) -> Handle:
        """Call `hook(module, incompatible_keys)` after a state was loaded."""
        return self._state_hook("loaded", hook)

    def _hook(self, kind: str, entry: _Entry, prepend: bool) -> Handle:
        if self._hooks is None:
            self._hooks = {}
        return _put(self._hooks.setdefault(kind, {}), entry, prepend)

    def _state_hook(self, kind: str, hook: Hook) -> Handle:
        if self._state_hooks is None:
            self._state_hooks = {}
        return _put(self._state_hooks.setdefault(kind, {}), _Entry(hook), False)

    # ------------------------------------------------------------------ calls

    def call_state_hooks(self, kind: str, *args: Any) -> None:
        """Call the hooks of saving and loading: "saving", "saved", "loading" or "loaded"."""
        for entry in _entries(self._state_hooks, kind):
            entry.hook(self, *args)

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        called: set[int] = set()
        try:
            return self._between_hooks(args, kwargs, called)
        except Exception:
            for entry in _entries(self._hooks, "after"):
                if entry.always_call and id(entry) not in called:
                    entry.hook(self, args, *((kwargs,) if entry.with_kwargs else ()), None)
            raise

    def _between_hooks(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], called: set[int]
    ) -> Any:
        for entry in _entries(self._hooks, "before"):
            if entry.with_kwargs:
                replaced = entry.hook(self, args, kwargs)
                if replaced is not None:
                    args, kwargs = _both(self, replaced)
            elif (replaced := entry.hook(self, args)) is not None:
                args = replaced if isinstance(replaced, tuple) else (replaced,)
        borders = None
        if is_grad_enabled() and any(_entries(self._hooks, "backward")):
            borders = _Borders(self)
            args = borders.entered(args)
        result = self.forward(*args, **kwargs)
        for entry in _entries(self._hooks, "after"):
            called.add(id(entry))
            replaced = entry.hook(self, args, *((kwargs,) if entry.with_kwargs else ()), result)
            if replaced is not None:
                result = replaced
        return result if borders is None else borders.left(result)


def _put(hooks: dict[Handle, _Entry], entry: _Entry, prepend: bool) -> Handle:
    if not callable(entry.hook):
        raise TypeError(f"a hook must be a function, got {describe(entry.hook)}")
    others = list(hooks) if prepend else []
    handle = Handle(hooks, entry)  # type: ignore[arg-type]  # what it holds is ours to call
    for other in others:  # to the end of the dict, in their order
        hooks[other] = hooks.pop(other)
    return handle


def _entries(hooks: Mapping[str, dict[Handle, _Entry]] | None, start: str) -> Iterator[_Entry]:
    """The hooks of all kinds that begin with a word; one may take hooks away while it runs."""
    for kind, entries in list((hooks or {}).items()):
        if kind.startswith(start):
            yield from list(entries.values())


def _both(module: Hooked, replaced: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if isinstance(replaced, tuple) and len(replaced) == 2 and isinstance(replaced[1], dict):
        return replaced
    raise TypeError(
        f"{type(module).__name__}: a hook before forward that was registered with_kwargs must "
        f"return None or a pair (args, kwargs), got {type(replaced).__name__}"
    )


class _Borders:
    """Where gradients enter and leave a module in a backward pass: at its results and arguments."""

    def __init__(self, module: Hooked) -> None:
        self.module = module
        self.of_results: tuple[Any, ...] = ()
        self.places: list[int] = []  # of the arguments that require gradients
        self.count = 0

    def entered(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, behind the border."""
        self.count = len(args)
        self.places = [i for i, each in enumerate(args) if _requires_grad(each)]
        if not self.places:
            return args
        inside = witnessed([args[i] for i in self.places], self._at_arguments)
        return tuple(
            inside[self.places.index(i)] if i in self.places else each
            for i, each in enumerate(args)
        )

    def left(self, result: Any) -> Any:
        """The results, behind the border."""
        several = isinstance(result, tuple | list)
        results = list(result) if several else [result]
        places = [i for i, each in enumerate(results) if _requires_grad(each)]
        if not places:
            return result
        count = len(results)

        def witness(cotangents: list[Any]) -> list[Any]:
            return self._at_results(cotangents, places, count)

        for i, each in zip(places, witnessed([results[i] for i in places], witness), strict=True):
            results[i] = each
        if not several:
            return results[0]
        fields = hasattr(result, "_fields")
        return type(result)(*results) if fields else type(result)(results)

    def _at_results(self, cotangents: list[Any], places: list[int], count: int) -> list[Any]:
        gradients = _spread(cotangents, places, count)
        for entry in _entries(self.module._hooks, "backward before"):
            gradients = _replaced(entry.hook(self.module, gradients), gradients)
        self.of_results = gradients
        if not self.places:
            self._tell((None,) * self.count)
        return _gathered(gradients, places, cotangents)

    def _at_arguments(self, cotangents: list[Any]) -> list[Any]:
        gradients = self._tell(_spread(cotangents, self.places, self.count))
        return _gathered(gradients, self.places, cotangents)

    def _tell(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        of_results, self.of_results = self.of_results, ()
        for entry in _entries(self.module._hooks, "backward after"):
            gradients = _replaced(entry.hook(self.module, gradients, of_results), gradients)
        return gradients


def _requires_grad(each: Any) -> bool:
    return isinstance(each, Tensor) and each.requires_grad


def _spread(cotangents: list[Any], places: list[int], count: int) -> tuple[Any, ...]:
    """Gradients as a user sees them, complex ones conjugated; None at the other places."""
    spread: list[Any] = [None] * count
    for i, each in zip(places, cotangents, strict=True):
        tensor = each if isinstance(each, Tensor) else from_numpy(np.array(each))
        spread[i] = conj(tensor) if tensor.dtype.kind == "c" else tensor
    return tuple(spread)


def _gathered(gradients: tuple[Any, ...], places: list[int], cotangents: list[Any]) -> list[Any]:
    """Cotangents again, in the form in which they came."""
    gathered = []
    for i, cotangent in zip(places, cotangents, strict=True):
        each = gradients[i] if gradients[i] is not None else np.zeros_like(np.asarray(cotangent))
        each = conj(each) if each.dtype.kind == "c" else each
        if not isinstance(cotangent, Tensor) and isinstance(each, Tensor):
            each = each.detach().numpy()
        gathered.append(each)
    return gathered


def _replaced(returned: Any, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
    """What goes on: what a hook returned, if anything, and if it fits."""
    if returned is None:
        return gradients
    new = tuple(returned) if isinstance(returned, tuple | list) else (returned,)
    shapes = [None if each is None else np.shape(each) for each in new]
    old = [None if each is None else each.shape for each in gradients]
    if len(new) != len(old) or any(
        a != b for a, b in zip(shapes, old, strict=True) if None not in (a, b)
    ):
        raise RuntimeError(
            f"a backward hook of a module returned gradients of shapes {shapes}, for {old}"
        )
    return new
