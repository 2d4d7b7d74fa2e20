"""PyTorch's and JAX's functions under the same properties, where they are installed."""

import importlib.util
from types import SimpleNamespace

import numpy as np
import pytest

from autograd.testing import GradientError, assert_gradients, check_grads
from autograd.testing.adapters import from_jax, from_torch
from autograd.testing.strategies import arrays
from benchmarks import adapters

# What the frameworks say about their own parts is not ours to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(params=["torch", "jax"])
def framework(request):
    """What the tests need of a framework: its adapter, a few functions, and `detach`."""
    name = request.param
    if name == "torch":
        torch = pytest.importorskip("torch")
        detach = torch.Tensor.detach
        return SimpleNamespace(adapt=from_torch, tanh=torch.tanh, sin=torch.sin, detach=detach)
    jax = pytest.importorskip("jax")
    jnp = jax.numpy
    return SimpleNamespace(adapt=from_jax, tanh=jnp.tanh, sin=jnp.sin, detach=jax.lax.stop_gradient)


def test_right_functions_pass(framework):
    def product(x, y):
        return framework.sin(x) * y

    def several(x):
        return framework.tanh(x), (x * x).sum()

    check_grads(framework.adapt(product), np.ones((2, 3)), np.ones(3), order=2)
    assert_gradients(
        framework.adapt(product), arrays((2, 3)), arrays((3,)), elementwise=True, examples=5
    )
    assert_gradients(framework.adapt(several), arrays((3,), wide=False), examples=5)


def test_a_wrong_function_is_reported(framework):
    def square(x):
        return x * framework.detach(x)

    with pytest.raises(GradientError, match="^square: half as large") as caught:
        assert_gradients(framework.adapt(square), arrays((3,)))
    assert f"adapters.{framework.adapt.__name__}(square)" in caught.value.code


def test_a_lost_second_derivative_is_reported(framework):
    def cube(x):
        return framework.detach(x * x) * x * 3 - 2 * framework.detach(x * x * x)

    with pytest.raises(GradientError) as caught:
        check_grads(framework.adapt(cube), np.array([0.5, 2.0]))
    assert caught.value.property == "P12"


@pytest.mark.parametrize(("adapt", "package"), [(from_torch, "torch"), (from_jax, "jax")])
def test_an_absent_framework_is_named(adapt, package):
    if importlib.util.find_spec(package) is not None:
        pytest.skip(f"{package} is installed")
    with pytest.raises(ImportError, match=f"need the package '{package}'"):
        adapt(np.sin)


# ---------------------------------------------------------------------- PyTorch's own kinds


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def function_of(torch, forward, backward, once=False):
    """A `torch.autograd.Function` of one tensor, the textbooks' form."""
    if once:
        backward = torch.autograd.function.once_differentiable(backward)
    members = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return from_torch(type("Custom", (torch.autograd.Function,), members).apply)


def saving_output(ctx, x):
    y = x.exp()
    ctx.save_for_backward(y)
    return y


def test_the_canonical_function_passes_and_what_it_lacks_is_not_checked(torch):
    right = function_of(torch, saving_output, lambda ctx, g: g * ctx.saved_tensors[0])
    tally = assert_gradients(right, arrays((3,), domain="moderate"), examples=5, seed=0)
    assert tally.not_checked == {"P8": "it has no forward mode"}
    once = function_of(torch, saving_output, lambda ctx, g: g * ctx.saved_tensors[0], once=True)
    tally = assert_gradients(once, arrays((3,), domain="moderate"), examples=5, seed=0)
    assert set(tally.not_checked) == {"P8", "P12"}


LIBRARIES = {
    "torch": lambda rule: (from_torch(adapters.of_torch(rule)), {}),
    "jax": lambda rule: (from_jax(adapters.of_jax(rule)), {}),
    "numpy": lambda rule: (adapters.of_numpy(rule)[0], {"vjp": adapters.of_numpy(rule)[1]}),
    "hips": lambda rule: (adapters.of_hips(rule), {}),
}


def held(library, rule, **options):
    """The function of the benchmark in a library's words, held to all properties."""
    if library in ("torch", "jax"):
        pytest.importorskip(library)
    function, more = LIBRARIES[library](rule)
    return assert_gradients(function, arrays((2, 3)), arrays((3,)), seed=0, **more, **options)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_canonical_function_of_each_library_passes(library):
    held(library, adapters.right, examples=5)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("words", adapters.WRONG)
def test_ten_wrong_rules_of_each_library_are_found(library, words):
    if (library, words) == ("numpy", "a saved value is a constant"):
        pytest.skip("the gradient function of a NumPy function is not differentiated again")
    with pytest.raises(GradientError):
        held(library, adapters.WRONG[words], examples=50)


def test_staircases_of_pytorch_are_not_called_wrong(torch):
    f = from_torch(lambda x: x * (1 - torch.sigmoid(x)))
    check_grads(f, np.array([26.3, 14.0, 0.5]))
    assert_gradients(f, arrays((3,), domain="moderate"), examples=10, seed=0)


def test_modules_of_pytorch_are_subjects(torch):
    torch.manual_seed(0)
    layers = [torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.5)]
    model = torch.nn.Sequential(*layers)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for mode in (model.train(), model.eval()):
        assert_gradients(mode, arrays((4, 3)), examples=3, seed=0)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])

    class Detached(torch.nn.Linear):
        def forward(self, x):
            return x @ self.weight.T.detach() + self.bias

    with pytest.raises(GradientError, match="weight: no gradient arrives"):
        check_grads(Detached(3, 2), np.ones((2, 3)))


# ---------------------------------------------------------------------- operators, sparse operands


def operator(torch, name, backward):
    """A custom operator of `torch.library`, as its tutorial writes one."""

    @torch.library.custom_op(f"wengert_tests::{name}", mutates_args=())
    def sine(x: torch.Tensor) -> torch.Tensor:
        return torch.sin(x)

    def keep(ctx, inputs, output):
        ctx.save_for_backward(inputs[0])

    sine.register_autograd(backward, setup_context=keep)
    return from_torch(sine)


def test_operators_of_torch_library(torch):
    right = operator(torch, "right_sine", lambda ctx, g: g * ctx.saved_tensors[0].cos())
    tally = assert_gradients(right, arrays((3,)), examples=5, seed=0)
    # PyTorch drops its tangent without a word: that is no zero.
    assert tally.not_checked == {"P8": "it has no forward mode"}
    for name, wrong in {
        "negative": lambda ctx, g: -g * ctx.saved_tensors[0].cos(),
        "twice": lambda ctx, g: g * g * ctx.saved_tensors[0].cos(),
        "constant": lambda ctx, g: g * ctx.saved_tensors[0].cos().detach(),
        "bounded": lambda ctx, g: g * ctx.saved_tensors[0].clamp(-3, 3).cos(),
    }.items():
        with pytest.raises(GradientError, match=f"^{name}_sine|^sine"):
            assert_gradients(operator(torch, f"{name}_sine", wrong), arrays((3,)), seed=0)


@pytest.mark.filterwarnings("ignore:Sparse")
@pytest.mark.parametrize("layout", ["sparse_coo", "sparse_csr", "strided"])
def test_the_values_of_a_sparse_operand_are_inputs(torch, layout):
    dense = torch.tensor([[0, 0, 1.0], [2.0, 0, 3.0]], dtype=torch.float64)
    matrix = dense.to_sparse(layout=getattr(torch, layout)) if layout != "strided" else dense
    right = from_torch(lambda s, d: s @ d)
    assert_gradients(right, matrix, arrays((3, 2)), order=1, examples=5, seed=0)


@pytest.mark.filterwarnings("ignore:Sparse")
def test_a_wrong_gradient_of_sparse_values_is_found(torch):
    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx, s, d):
            ctx.save_for_backward(s, d)
            return torch.sparse.mm(s, d)

        @staticmethod
        def backward(ctx, g):
            s, d = ctx.saved_tensors
            rows, columns = s.indices()
            values = -(g[rows] * d[columns]).sum(1)
            return torch.sparse_coo_tensor(s.indices(), values, s.shape), s.t() @ g

    dense = torch.tensor([[0, 0, 1.0], [2.0, 0, 3.0]], dtype=torch.float64)
    with pytest.raises(GradientError, match="argument 0: the sign is wrong"):
        assert_gradients(from_torch(Product.apply), dense.to_sparse(), arrays((3, 2)), order=1)


def test_a_function_that_holds_double_precision_is_not_checked_in_single(torch):
    held_fast = torch.ones(3, 3, dtype=torch.float64)
    tally = assert_gradients(from_torch(lambda x: x @ held_fast), np.ones((2, 3)))
    assert tally.not_checked == {"P14": "it does not take float32"}


# ---------------------------------------------------------------------- memory


def row_major(tensor):
    """What a kernel reads that takes any memory for rows, one after the other."""
    steps, step = [], 1
    for side in reversed(tensor.shape):
        steps.insert(0, step)
        step *= side
    whole = tensor.untyped_storage().size() // tensor.element_size() - tensor.storage_offset()
    return tensor.as_strided(tensor.shape, steps) if whole >= step else tensor.sum() + 0 * tensor


MEMORY = {
    "backward reads the cotangent as rows": (
        lambda ctx, x: x.sin() if ctx.save_for_backward(x) is None else None,
        lambda ctx, g: row_major(g) * ctx.saved_tensors[0].cos(),
    ),
    "backward reads what was saved as rows": (
        lambda ctx, x: x.sin() if ctx.save_for_backward(x) is None else None,
        lambda ctx, g: g * row_major(ctx.saved_tensors[0]).cos(),
    ),
    "forward reads its input as rows": (
        lambda ctx, x: row_major(x).sin() if ctx.save_for_backward(x) is None else None,
        lambda ctx, g: g * ctx.saved_tensors[0].cos(),
    ),
}


@pytest.mark.parametrize("fault", MEMORY)
def test_faults_of_memory_are_found_that_gradcheck_does_not_feed(torch, fault):
    wrong = function_of(torch, *MEMORY[fault])
    x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(wrong.function, (x,)), "it feeds rows"
    with pytest.raises(
        GradientError, match=r"\(.* (are|is) .*(in Fortran|strided|broadcast)|another"
    ):
        assert_gradients(wrong, np.arange(6.0).reshape(2, 3), properties="P6")


def test_memory_is_no_fault_of_right_functions(torch):
    right = function_of(torch, saving_output, lambda ctx, g: g * ctx.saved_tensors[0])
    for shape in ((3,), (2, 3), (2, 3, 2, 2)):
        tally = assert_gradients(right, np.linspace(0, 1, np.prod(shape)).reshape(shape))
        assert "P6" not in tally.not_checked
    rows_only = from_torch(lambda x: x.view(-1).sin())
    tally = assert_gradients(rows_only, np.arange(6.0).reshape(2, 3))
    assert "one after the other" in tally.not_checked["P6"]
    convolution = from_torch(lambda x, w: torch.nn.functional.conv2d(x, w))
    assert_gradients(convolution, arrays((2, 2, 4, 4)), arrays((3, 2, 2, 2)), examples=3, seed=0)


# ---------------------------------------------------------------------- half precision


HALF = {
    "a product that overflows": (
        lambda ctx, x: (1 + x * x).log() if ctx.save_for_backward(x) is None else None,
        lambda ctx, g: g * (40_000 * ctx.saved_tensors[0])
        / (20_000 * (1 + ctx.saved_tensors[0] ** 2)),
    ),
    "a small constant that becomes nothing": (
        lambda ctx, x: (x * x).sum().sqrt() if ctx.save_for_backward(x) is None else None,
        lambda ctx, g: g * ctx.saved_tensors[0]
        / ((ctx.saved_tensors[0] ** 2 * 1e-8).sum().sqrt() * 1e4),
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", HALF)
def test_rules_that_lose_half_precision_are_found(torch, fault):
    wrong = function_of(torch, *HALF[fault])
    x = np.array([0.5, 1.5, 6.0])
    assert_gradients(wrong, x, properties="-P14")
    with pytest.raises(GradientError, match="in float16 is"):
        assert_gradients(wrong, x, properties="P14")


@pytest.mark.parametrize("seed", range(3))
def test_right_functions_are_near_in_half_precision(torch, seed):
    functional = torch.nn.functional
    for f, count in (
        (lambda x: torch.softmax(x, -1), 1), (lambda x: torch.tanh(x) * x, 1),
        (lambda x: functional.layer_norm(x, (4,)), 1), (lambda x: torch.logsumexp(x, -1), 1),
        (lambda x, y: x * y + x / (1 + y * y), 2), (lambda x, y: x @ y.T, 2),
        (lambda x: functional.gelu(x), 1), (lambda x: (x - x.mean()).pow(2).sum(), 1),
        (lambda x: torch.sqrt(1 + x * x), 1), (lambda x: x.cumsum(-1), 1),
        (lambda x: torch.sigmoid(x) * (1 - torch.sigmoid(x)), 1),
    ):  # fmt: skip
        drawn = [arrays((3, 4), domain="moderate")] * count
        assert_gradients(from_torch(f), *drawn, properties="P14", examples=15, seed=seed)
