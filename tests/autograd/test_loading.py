"""What `import autograd` leaves for later: linear algebra and Fourier transforms."""

import subprocess
import sys

import pytest

from tests.source_code import ROOT


def said(code):
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return run.stdout.split()


LATER = "[n for n in sys.modules if n.startswith(('autograd.linalg', 'autograd.fft'))]"


def test_families_are_loaded_when_first_asked_for():
    assert said(f"import sys, autograd; print(*{LATER})") == []
    assert said(f"import sys, autograd, nn, viz; print(*{LATER})") == []


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("np.linalg.det(t)", "5"),
        ("np.linalg.matmul(t, t).sum()", "25"),
        ("np.fft.fft(t)[0, 0].real", "3"),
        ("np.fft.fftshift(t)[0, 0]", "3"),
        ("np.outer(t[0], t[1]).sum()", "12"),
        ("np.tensordot(t, t)", "15"),
        ("np.vecdot(t[0], t[1])", "5"),
        ("np.matvec(t, t[0]).sum()", "10"),
        ("autograd.norm(t[0, :1])", "2"),
        ("autograd.linalg.trace(t)", "5"),
        ("autograd.fft.ifft(t)[0, 0].real", "1.5"),
    ],
)
def test_by_name_and_by_functions_of_numpy(call, result):
    code = f"""
import numpy as np, autograd
t = autograd.Tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
out = {call}
print(out.requires_grad, round(float(out.detach().numpy()), 6))
"""
    requires_grad, value = said(code)
    assert (requires_grad, float(value)) == ("True", float(result))


def test_a_name_of_theirs_is_taken_before_they_are_loaded():
    code = """
import autograd
try:
    @autograd.op("general")
    def det(x):
        return x
except ValueError as error:
    print(error)
"""
    assert " ".join(said(code)).startswith("op: the name 'det' is taken by autograd.linalg")


@pytest.mark.parametrize("before", ["enable", "disable"])
def test_the_collector_is_left_as_it_was(before):
    code = (
        f"import gc; gc.{before}(); import autograd; print(gc.isenabled(), gc.get_freeze_count())"
    )
    assert said(code) == [str(before == "enable"), "0"]
