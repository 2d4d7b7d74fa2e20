"""The strategies: what they draw is valid, varied, and shrinks to what is small."""

from collections import Counter
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from autograd.testing.strategies import (
    DOMAINS,
    LAYOUTS,
    MATRICES,
    Domain,
    arrays,
    axes,
    axis_orders,
    broadcastable_shapes,
    convolutions,
    cotangents,
    einsums,
    indices,
    layouts,
    matrices,
    numbers,
    poolings,
    reshape_targets,
    shapes,
)

DRAWS = 120

PROPERTIES = {
    "lower": lambda a: np.allclose(a, np.tril(a)),
    "upper": lambda a: np.allclose(a, np.triu(a)),
    "orthogonal": lambda a: np.allclose(a @ np.conj(a.T), np.eye(len(a))),
    "positive definite": lambda a: (np.linalg.eigvalsh(a) > 0.01).all(),
    "rank one": lambda a: np.linalg.matrix_rank(a) <= 1,
    "singular": lambda a: np.linalg.matrix_rank(a) == len(a) - 1,
    "symmetric": lambda a: (
        np.array_equal(a, np.conj(a.T)) and (np.diff(np.linalg.eigvalsh(a)) > 0.9).all()
    ),
    "well-conditioned": lambda a: np.linalg.cond(a) < 10,
}


def drawn(strategy: st.SearchStrategy, see: Callable[[Any], Any], draws: int = DRAWS) -> list[Any]:
    """Return what `see` makes of many draws, the same in every run."""
    seen: list[Any] = []

    @settings(
        max_examples=draws,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def look(value: Any) -> None:
        seen.append(see(value))

    look()
    return seen


def share(seen: list[bool]) -> float:
    return sum(seen) / len(seen)


def smallest(strategy: st.SearchStrategy, condition: Callable[[Any], bool] = lambda _: True) -> Any:
    return find(strategy, condition, settings=settings(database=None, derandomize=True))


class TestShapes:
    def test_bounds_hold(self) -> None:
        def see(shape):
            assert 1 <= len(shape) <= 3
            assert all(0 <= side <= 6 for side in shape)
            assert prod(shape) <= 20

        drawn(shapes(min_dims=1, max_dims=3, max_side=6, max_size=20), see)

    def test_all_sorts_occur(self) -> None:
        seen = drawn(shapes(), lambda shape: shape, 1000)
        assert () in seen
        assert 0.02 < share([0 in shape for shape in seen]) < 0.15
        assert share([1 in shape for shape in seen]) > 0.2
        larger = [[side for side in shape if side > 1] for shape in seen]
        larger = [sides for sides in larger if len(sides) > 1]
        assert share([len(set(sides)) < len(sides) for sides in larger]) > 0.3, "equal sides"
        assert share([len(set(sides)) == len(sides) for sides in larger]) > 0.2, "distinct sides"

    def test_empty_only_if_wanted(self) -> None:
        assert not any(drawn(shapes(min_side=1), lambda shape: 0 in shape))

    def test_shrinks(self) -> None:
        assert smallest(shapes()) == ()
        assert smallest(shapes(min_dims=2)) == (1, 1)

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_groups_broadcast(self, count: int) -> None:
        def see(group):
            assert len(group) == count
            common = np.broadcast_shapes(*group)
            assert prod(common) <= 24
            return [shape != common for shape in group], 0 in common

        seen = drawn(broadcastable_shapes(count), see, 300)
        assert any(empty for _, empty in seen)
        if count > 1:
            assert share([any(smaller) for smaller, _ in seen]) > 0.4
            assert share([not any(smaller) for smaller, _ in seen]) > 0.1


class TestAxes:
    @pytest.mark.parametrize("ndim", [0, 1, 3])
    def test_numpy_takes_them(self, ndim: int) -> None:
        def see(axis):
            np.ones((2,) * ndim).sum(axis=axis)
            return type(axis).__name__

        kinds = Counter(drawn(axes(ndim), see))
        assert set(kinds) == {"NoneType", "tuple"} | ({"int"} if ndim else set())

    def test_signs_mix(self) -> None:
        seen = [axis for axis in drawn(axes(3, none=False), lambda a: a) if isinstance(axis, tuple)]
        assert () in seen
        assert any(min(axis) < 0 <= max(axis) for axis in seen if axis)

    def test_choices_can_be_left_out(self) -> None:
        assert all(drawn(axes(2, tuples=False, none=False), lambda axis: isinstance(axis, int)))

    def test_orders(self) -> None:
        def see(order):
            assert np.ones((1, 2, 3)).transpose(order).size == 6
            return order

        assert len({tuple(axis % 3 for axis in order) for order in drawn(axis_orders(3), see)}) == 6
        assert smallest(axis_orders(3)) == (0, 1, 2)

    def test_reshape_targets(self) -> None:
        def see(case):
            shape, target = case
            result = np.ones(shape).reshape(target)
            return result.shape, -1 in np.atleast_1d(target), isinstance(target, int), 0 in shape

        cases = shapes().flatmap(lambda shape: st.tuples(st.just(shape), reshape_targets(shape)))
        seen = drawn(cases, see)
        assert share([computed for _, computed, _, _ in seen]) > 0.2
        assert any(number for _, _, number, _ in seen)
        assert any(empty for _, _, _, empty in seen)
        assert any(shape == () for shape, _, _, _ in seen)
        assert share([1 in shape for shape, _, _, _ in seen]) > 0.2


class TestIndices:
    CASES = shapes(max_dims=3, max_side=4).flatmap(
        lambda shape: st.tuples(st.just(shape), indices(shape))
    )

    @staticmethod
    def kinds(case) -> set[str]:
        """The kinds of entries of an index, which NumPy must take."""
        shape, index = case
        picked = np.arange(prod(shape)).reshape(shape)[index]
        found = {"repeat"} if picked.size > np.unique(picked).size else set()
        if picked.size == 0 and 0 not in shape:
            found.add("nothing")
        for item in index if isinstance(index, tuple) else (index,):
            if item is None or item is Ellipsis:
                found.add(str(item))
            elif isinstance(item, slice):
                found.add("backwards" if (item.step or 1) < 0 else "slice")
            elif isinstance(item, int):
                found.add("negative" if item < 0 else "number")
            elif item.dtype == bool:
                found.add(f"mask over {item.ndim}")
            else:
                found.add("negative integers" if (item < 0).any() else "integers")
        return found

    def test_every_kind_occurs_and_they_mix(self) -> None:
        seen = drawn(self.CASES, self.kinds, 1000)
        counts = Counter(kind for kinds in seen for kind in kinds)
        often = {"slice", "backwards", "number", "negative", "integers", "mask over 1", "repeat"}
        rarely = {"None", "Ellipsis", "mask over 0", "mask over 2", "negative integers", "nothing"}
        assert {kind for kind in often if counts[kind] >= 40} == often, counts
        assert {kind for kind in rarely if counts[kind] >= 5} == rarely, counts
        for pair in ({"integers", "mask over 1"}, {"integers", "backwards"}, {"slice", "number"}):
            assert any(pair <= kinds for kinds in seen), pair

    def test_basic_indices_are_views(self) -> None:
        x = np.arange(24.0).reshape(2, 3, 4)
        drawn(indices((2, 3, 4), arrays=False), lambda index: np.asarray(x[index]).base is not None)

    def test_repeats_can_be_excluded(self) -> None:
        cases = shapes(max_dims=3, max_side=4).flatmap(
            lambda shape: st.tuples(st.just(shape), indices(shape, repeats=False))
        )
        kinds = drawn(cases, self.kinds)
        assert not any("repeat" in each for each in kinds)
        assert any("integers" in each for each in kinds)


class TestEinsums:
    def test_numpy_takes_them(self) -> None:
        def see(case):
            np.einsum(case.subscripts, *[np.ones(shape) for shape in case.shapes])
            terms = case.subscripts.split("->")[0].replace("...", "").split(",")
            return {
                "operands": len(terms),
                "implicit": "->" not in case.subscripts,
                "dots": "..." in case.subscripts,
                "diagonal": any(len(set(term)) < len(term) for term in terms),
                "contracted": len(terms) > 1 and bool(set(terms[0]) & set(terms[1])),
                "scalar": "" in terms,
            }

        seen = drawn(einsums(), see)
        assert {case["operands"] for case in seen} == {1, 2, 3}
        for name in ("implicit", "dots", "diagonal", "contracted", "scalar"):
            assert 0.05 < share([case[name] for case in seen]) < 0.9, name

    def test_options(self) -> None:
        def see(case):
            assert "->" in case.subscripts
            assert "..." not in case.subscripts
            assert len(case.shapes) <= 2

        drawn(einsums(max_operands=2, ellipsis=False, implicit=False), see)


class TestWindows:
    @pytest.mark.parametrize("dims", [1, 2, 3, None])
    @pytest.mark.parametrize("geometry", [convolutions, poolings])
    def test_every_window_fits(self, geometry, dims: int | None) -> None:
        def see(case):
            padded = [side + 2 * p for side, p in zip(case.sides, case.padding, strict=True)]
            for k in range(len(case.sides)):
                starts = range(0, padded[k] - case.reach[k] + 1, case.stride[k])
                assert len(starts) == case.steps[k] >= 1
                assert padded[k] - (starts[-1] + case.reach[k]) == case.remainder[k]
            assert len(case.input_shape) == len(case.sides) + 2
            return len(case.sides)

        assert set(drawn(geometry(dims), see)) == ({1, 2, 3} if dims is None else {dims})

    def test_convolutions_are_varied_and_small(self) -> None:
        def see(case):
            assert case.channels % case.groups == case.filters % case.groups == 0
            assert max(map(prod, (case.input_shape, case.weight_shape, case.output_shape))) <= 400
            pairs = list(zip(case.kernel, case.stride, case.padding, strict=True))
            return {
                "remainder": any(case.remainder),
                "overlap": any(stride < kernel for kernel, stride, _ in pairs),
                "gap": any(stride > kernel for kernel, stride, _ in pairs),
                "padding": any(case.padding),
                "only padding": any(padding >= kernel > 1 for kernel, _, padding in pairs),
                "dilation": any(d > 1 for d in case.dilation),
                "groups": case.groups > 1,
                "empty": case.batch == 0,
            }

        seen = drawn(convolutions(), see)
        for name in seen[0]:
            assert 0.03 < share([case[name] for case in seen]) < 0.97, name

    def test_pooling_windows_meet_the_input(self) -> None:
        def see(case):
            for side, kernel, stride, padding, dilation, steps in zip(
                case.sides, case.kernel, case.stride, case.padding, case.dilation, case.steps,
                strict=True,
            ):  # fmt: skip
                assert 2 * padding <= kernel
                for start in range(-padding, -padding + steps * stride, stride):
                    cells = range(start, start + dilation * kernel, dilation)
                    assert any(0 <= cell < side for cell in cells), case

        drawn(poolings(), see)

    def test_dilation_can_be_excluded(self) -> None:
        assert not any(drawn(poolings(2, dilation=False), lambda case: max(case.dilation) > 1))

    def test_shrinks(self) -> None:
        case = smallest(convolutions(2))
        assert (case.input_shape, case.weight_shape) == ((1, 1, 1, 1), (1, 1, 1, 1))


class TestValues:
    @pytest.mark.parametrize("domain", DOMAINS)
    @pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
    def test_numbers_are_in_their_domain(self, domain: str, dtype) -> None:
        def see(x):
            assert x.shape == (2, 3)
            assert x.dtype == dtype
            assert all(float(number) in DOMAINS[domain] for number in x.flat)

        drawn(arrays((2, 3), dtype, domain=domain, kinks=(0.0, 1.0)), see, 100)

    def test_simple_and_wide_and_equal_and_near(self) -> None:
        seen = drawn(arrays((4,), kinks=(1.0,)), lambda x: x, 4 * DRAWS)
        dyadic = [np.array_equal(16 * x, np.round(16 * x)) for x in seen]
        assert 0.3 < share(dyadic) < 0.9
        assert share([len(set(x)) == 1 for x in seen]) > 0.03
        assert any(np.abs(x).max() > 1e4 for x in seen)
        assert any(0 < np.abs(x).min() < 1e-4 for x in seen)
        assert any((np.abs(x - 1) < 1e-6).any() and (x != 1).any() for x in seen)

    def test_without_wide_numbers(self) -> None:
        assert all(drawn(arrays((3,), wide=False), lambda x: np.abs(x).max() <= 4))

    def test_ends_of_a_domain_come_close(self) -> None:
        seen = np.concatenate(drawn(arrays((4,), domain="unit"), lambda x: x))
        assert 0 < 1 - np.abs(seen).max() < 1e-4

    def test_a_domain_of_ones_own(self) -> None:
        inside = Domain(2.0, 3.0)
        assert all(drawn(numbers(inside, kinks=[2.5]), lambda number: number in inside, 100))

    @pytest.mark.parametrize("domain", ["distinct", "positive", "negative", "unit", "nonzero"])
    def test_distinct_numbers_are_apart(self, domain: str) -> None:
        def see(x):
            gaps = np.diff(np.sort(x.ravel()))
            assert gaps.min() >= 0.2
            assert all(number in DOMAINS.get(domain, DOMAINS["real"]) for number in x.flat)
            return tuple(np.argsort(x.ravel()))

        distinct = arrays((2, 3), domain=domain, distinct=True)
        assert len(set(drawn(distinct, see, 100))) > 20, "orders"

    @pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_, np.complex128, np.complex64])
    def test_other_dtypes(self, dtype) -> None:
        seen = drawn(arrays((3,), dtype), lambda x: x, 100)
        assert {x.dtype for x in seen} == {np.dtype(dtype)}
        assert len({x.tobytes() for x in seen}) > (4 if dtype == np.bool_ else 20)
        if np.dtype(dtype).kind == "c":
            assert any((x.real != x.imag).all() for x in seen)

    @pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)])
    def test_odd_shapes(self, shape: tuple[int, ...]) -> None:
        assert set(drawn(arrays(shape), lambda x: (type(x), x.shape), 20)) == {(np.ndarray, shape)}

    def test_shrinks(self) -> None:
        largest = smallest(arrays((2, 2)), lambda x: x.max() > 1)
        np.testing.assert_array_equal(largest, [[0.0, 0.0], [0.0, 2.0]])
        unequal = smallest(arrays((2,), domain="positive"), lambda x: x[0] != x[1])
        np.testing.assert_array_equal(unequal, [1.0, 2.0])
        assert smallest(numbers(kinks=[0.5]), lambda number: number > 3) in (4.0, 5.0)

    def test_unknown_names(self) -> None:
        with pytest.raises(ValueError, match="domain 'imaginary' is not one of greater_than"):
            numbers("imaginary")
        with pytest.raises(ValueError, match="kind 'magic' is not one of lower, orthogonal"):
            smallest(matrices("magic"))


class TestMatrices:
    @pytest.mark.parametrize("kind", MATRICES)
    @pytest.mark.parametrize("dtype", [np.float64, np.complex128])
    def test_have_their_property(self, kind: str, dtype) -> None:
        def see(stack):
            assert stack.dtype == dtype
            assert stack.shape[:1] == (2,)
            assert all(PROPERTIES[kind](a) for a in stack)
            if kind in ("lower", "upper", "symmetric", "positive definite"):
                assert np.linalg.cond(stack).max() < 1000
            return stack.shape[-1]

        assert set(drawn(matrices(kind, batch=(2,), dtype=dtype), see, 150)) == {1, 2, 3, 4}

    def test_side_and_dtype(self) -> None:
        seen = drawn(matrices(side=3, dtype=np.float32), lambda a: (a.shape, a.dtype), 50)
        assert set(seen) == {((3, 3), np.dtype(np.float32))}

    def test_shrinks(self) -> None:
        np.testing.assert_array_equal(smallest(matrices("symmetric")), [[1.0]])
        two = smallest(matrices("lower"), lambda a: len(a) == 2)
        np.testing.assert_array_equal(two, np.eye(2))


class TestLayouts:
    @given(st.data())
    @settings(max_examples=DRAWS)
    @pytest.mark.parametrize("name", LAYOUTS)
    def test_the_array_stays_equal(self, name: str, data: st.DataObject) -> None:
        dtype = data.draw(st.sampled_from([np.float64, np.float32, np.complex128, np.int64]))
        x = data.draw(shapes().flatmap(lambda shape: arrays(shape, dtype)))
        y = LAYOUTS[name](x)
        assert isinstance(y, np.ndarray)
        assert (y.shape, y.dtype) == (x.shape, x.dtype)
        np.testing.assert_array_equal(y, x)
        assert not np.shares_memory(x, y)

    def test_memory_is_what_the_name_says(self) -> None:
        x = np.arange(24.0).reshape(2, 3, 4)
        assert LAYOUTS["contiguous"](x).flags.c_contiguous
        assert LAYOUTS["fortran"](x).flags.f_contiguous
        assert not LAYOUTS["read-only"](x).flags.writeable
        assert max(LAYOUTS["reversed"](x).strides) < 0
        for name in ("transposed", "strided"):
            flags = LAYOUTS[name](x).flags
            assert not flags.c_contiguous, name
            assert not flags.f_contiguous, name
        rows = np.broadcast_to(np.arange(3.0), (4, 3))
        assert LAYOUTS["broadcast"](rows).strides[0] == 0
        assert LAYOUTS["strided"](np.float64(3.0) * np.ones(())).shape == ()

    def test_all_are_drawn(self) -> None:
        x = np.arange(24.0).reshape(2, 3, 4)
        seen = drawn(layouts(x), lambda y: (y.strides, y.flags.writeable), 100)
        assert len(set(seen)) >= 6


class TestCotangents:
    OUTPUTS = (np.ones((2, 3)), np.ones((), np.float32), np.ones(2, int), np.ones(2, complex))

    def test_shapes_and_dtypes(self) -> None:
        def see(group):
            assert group[2] is None
            for y, g in zip(self.OUTPUTS, group, strict=True):
                assert g is None or (g.shape, g.dtype) == (y.shape, y.dtype)
            present = tuple(g is not None for g in group)
            assert any(present), "one output at least has a cotangent"
            return present

        assert len(set(drawn(cotangents(self.OUTPUTS), see))) == 7

    def test_families(self) -> None:
        def see(group):
            (g,) = group
            return {
                "zero": not g.any(),
                "ones": bool((g == 1).all()),
                "one-hot": np.count_nonzero(g) == 1 and g.max() == 1,
                "negative": bool((g < 0).any()),
                "contiguous": g.flags.c_contiguous,
            }

        seen = drawn(cotangents([np.ones((2, 3))]), see)
        for name in seen[0]:
            assert 0.01 < share([case[name] for case in seen]) < 0.9, name

    def test_options(self) -> None:
        def see(group):
            assert all(g.flags.c_contiguous for g in group)

        drawn(cotangents(self.OUTPUTS[:2], absent=False, layout=False), see, 50)

    def test_outputs_that_cannot_have_one(self) -> None:
        assert smallest(cotangents([np.ones(2, int)])) == (None,)
