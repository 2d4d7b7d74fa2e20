"""The geometry of convolutions and poolings: every remainder, overlap, gap and padding."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from dataclasses import dataclass

from hypothesis import strategies as st

from autograd.testing.strategies.shapes import Shape

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class _Windows:
    """A window of `kernel` cells, `dilation` apart, at every `stride` of a padded input."""

    sides: Numbers
    kernel: Numbers
    stride: Numbers
    padding: Numbers
    dilation: Numbers

    @property
    def reach(self) -> Numbers:
        """How many places a window spans along each axis."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def steps(self) -> Numbers:
        """How many windows fit along each axis."""
        return tuple(
            (side + 2 * p - reach) // s + 1
            for side, p, reach, s in zip(
                self.sides, self.padding, self.reach, self.stride, strict=True
            )
        )

    @property
    def remainder(self) -> Numbers:
        """How many places at the end of each padded axis no window reaches."""
        return tuple(
            (side + 2 * p - reach) % s
            for side, p, reach, s in zip(
                self.sides, self.padding, self.reach, self.stride, strict=True
            )
        )


@dataclass(frozen=True)
class Convolution(_Windows):
    """The geometry of a convolution with any number of spatial axes.

    Attributes:
        sides: the input's, without padding.
        kernel: the sides of the weight.
        stride: between windows.
        padding: zeros on both ends of each axis; up to a whole window.
        dilation: between the cells of a window.
        batch: the number of inputs, at times 0.
        channels: of the input.
        filters: channels of the output.
        groups: into which both are divided.

    >>> one = Convolution((5,), (2,), (2,), (0,), (1,), batch=1, channels=2, filters=4, groups=2)
    >>> one.input_shape, one.weight_shape, one.output_shape, one.remainder
    ((1, 2, 5), (4, 1, 2), (1, 4, 2), (1,))
    """

    batch: int
    channels: int
    filters: int
    groups: int

    @property
    def input_shape(self) -> Shape:
        """`(batch, channels, *sides)`."""
        return (self.batch, self.channels, *self.sides)

    @property
    def weight_shape(self) -> Shape:
        """`(filters, channels / groups, *kernel)`."""
        return (self.filters, self.channels // self.groups, *self.kernel)

    @property
    def output_shape(self) -> Shape:
        """`(batch, filters, *steps)`."""
        return (self.batch, self.filters, *self.steps)


@dataclass(frozen=True)
class Pooling(_Windows):
    """The geometry of a pooling; every window has a cell inside the input.

    Attributes:
        sides: the input's, without padding.
        kernel: the sides of a window.
        stride: between windows.
        padding: on both ends of each axis, at most half a window.
        dilation: between the cells of a window.
        batch: the number of inputs, at times 0.
        channels: of the input.

    >>> one = Pooling((5,), (2,), (2,), (0,), (1,), batch=1, channels=3)
    >>> one.input_shape, one.output_shape
    ((1, 3, 5), (1, 3, 2))
    """

    batch: int
    channels: int

    @property
    def input_shape(self) -> Shape:
        """`(batch, channels, *sides)`."""
        return (self.batch, self.channels, *self.sides)

    @property
    def output_shape(self) -> Shape:
        """`(batch, channels, *steps)`."""
        return (self.batch, self.channels, *self.steps)


# By the number of spatial axes: the largest side, kernel, and number of windows along an axis.
# With them, an input has a few dozen elements.
_LARGEST = {1: (9, 4, 3), 2: (6, 3, 3), 3: (4, 2, 2)}
_BATCH = st.sampled_from([1, 1, 2, 2, 2, 0])


@st.composite
def convolutions(draw: st.DrawFn, dims: int | None = None) -> Convolution:
    """Draw the geometry of a convolution.

    Args:
        dims: the number of spatial axes, 1, 2 or 3; None for any of them.

    >>> from hypothesis import find
    >>> find(convolutions(1), lambda case: case.remainder[0] > 0).sides
    (2,)
    """
    count = draw(st.integers(1, 3)) if dims is None else dims
    groups = draw(st.integers(1, 2))
    return Convolution(
        **draw(_windows(count, pooling=False, dilated=True)),
        batch=draw(_BATCH),
        channels=groups * draw(st.integers(1, 2)),
        filters=groups * draw(st.integers(1, 2)),
        groups=groups,
    )


@st.composite
def poolings(draw: st.DrawFn, dims: int | None = None, *, dilation: bool = True) -> Pooling:
    """Draw the geometry of a pooling.

    Args:
        dims: the number of spatial axes, 1, 2 or 3; None for any of them.
        dilation: whether the cells of a window may lie apart.

    >>> from hypothesis import find
    >>> find(poolings(1), lambda case: case.padding[0] > 0).kernel
    (2,)
    """
    count = draw(st.integers(1, 3)) if dims is None else dims
    return Pooling(
        **draw(_windows(count, pooling=True, dilated=dilation)),
        batch=draw(_BATCH),
        channels=draw(st.integers(1, 2)),
    )


@st.composite
def _windows(draw: st.DrawFn, count: int, *, pooling: bool, dilated: bool) -> dict[str, Numbers]:
    """Draw windows along each axis: how many, and what is left over, decide about the side."""
    max_side, max_kernel, max_steps = _LARGEST[count]
    axes = []
    for _ in range(count):
        kernel, stride = draw(st.integers(1, max_kernel)), draw(st.integers(1, 3))
        padding = draw(st.integers(0, kernel // 2 if pooling else kernel))
        dilation = draw(st.integers(1, 2)) if dilated else 1
        steps = draw(st.integers(1, max_steps))
        remainder = draw(st.integers(0, stride - 1))
        least = dilation * (kernel - 1) + 1 - 2 * padding
        side = min(least + (steps - 1) * stride + remainder, max(max_side, least))
        side = max(side, dilation if pooling else 1)  # every window of a pooling meets the input
        axes.append((side, kernel, stride, padding, dilation))
    names = ("sides", "kernel", "stride", "padding", "dilation")
    return dict(zip(names, zip(*axes, strict=True), strict=True))
