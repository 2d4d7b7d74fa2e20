"""Reports in Korean: the first line, and the headings below it.

Guesses are made in English and translated by phrase, so that every pattern has one place. What has
no phrase here stays as it is.
"""

from __future__ import annotations

import re

# A phrase of a guess, as a pattern, and what it is in Korean.
_PHRASES: tuple[tuple[str, str], ...] = (
    (r"the sign is wrong", "부호가 틀렸습니다"),
    (r"(.*), and of the wrong sign", r"\1, 부호도 틀렸습니다"),
    (r"twice too large", "두 배로 큽니다"),
    (
        r"half as large as it should be, .*",
        "절반밖에 안 됩니다: 두 번 쓴 값에서 하나가 빠진 듯합니다",
    ),
    (r"([-\d.e+]+) times what it should be, everywhere", r"모든 곳에서 맞는 값의 \1배입니다"),
    (r"([-\d.e+]+) times what it should be, for .*", r"어떤 출력에서 맞는 값의 \1배입니다"),
    (
        r"([-\d.e+]+) to ([-\d.e+]+) times what it should be, .*",
        r"맞는 값의 \1배에서 \2배입니다: 나누는 수나 개수가 틀린 듯합니다",
    ),
    (r"off by ([-+\d.e]+ %) everywhere", r"모든 곳에서 \1만큼 어긋납니다"),
    (r"the cotangent is ignored", "뒤에서 온 기울기(dout)를 곱하지 않았습니다"),
    (r"the cotangent is applied twice", "뒤에서 온 기울기(dout)를 두 번 곱했습니다"),
    (
        r"the cotangent is passed on as it came: .*",
        "뒤에서 온 기울기를 그대로 넘깁니다: 국소 미분을 곱하지 않았습니다",
    ),
    (
        r"only (positive|negative) cotangents pass: .*",
        "뒤에서 온 기울기의 부호로 마스크를 만들었습니다: 입력의 부호로 만들어야 합니다",
    ),
    (r"the cotangent of output (\d+) is ignored", r"출력 \1에서 온 기울기가 쓰이지 않았습니다"),
    (r"no gradient arrives: it is zero everywhere", "기울기가 오지 않습니다: 모두 0입니다"),
    (
        r"not a number, where the derivative is finite .*",
        "미분값은 유한한데 NaN이나 무한대가 나옵니다(0 · inf, inf / inf, 오버플로)",
    ),
    (r"transposed(, and its shape is forced)?", "전치(transpose)가 잘못되었습니다"),
    (r"its axes are in the wrong order.*", "축의 순서가 틀렸습니다"),
    (
        r"right for symmetric (\w+) only: .*",
        r"\1이(가) 대칭일 때만 맞습니다: 전치(transpose)가 빠졌습니다",
    ),
    (
        r"an axis of length 1 was dropped or added .*",
        "길이가 1인 축이 없어졌거나 더해졌습니다(keepdims를 확인하세요)",
    ),
    (r"not reshaped back to the shape of the input", "입력의 모양으로 되돌리지 않았습니다"),
    (
        r"outputs are taken in another order: .*",
        "출력의 순서가 바뀌었습니다: 한 출력에서 온 기울기가 다른 출력의 자리로 갑니다",
    ),
    (
        r"something arrives where nothing should: .*",
        "기울기가 오지 않아야 할 곳에 옵니다: 순전파에서 뺀 것(마스크, 무시한 행)을 "
        "역전파에서 빼지 않았습니다",
    ),
    (
        r"another mask in the backward pass: .*",
        "역전파의 마스크가 순전파와 다릅니다: 0이 아니어야 할 곳이 0입니다",
    ),
    (r"the one of the forward call was not saved", "순전파의 마스크를 저장하지 않았습니다"),
    (
        r"the function is evaluated at the cotangent: .*",
        "뒤에서 온 기울기에 순전파 함수를 적용했습니다: 역전파 함수여야 합니다",
    ),
    (
        r"not linear in the cotangent: .*",
        "뒤에서 온 기울기에 비례하지 않습니다: 제곱하거나 비교하지 말고 한 번 곱해야 합니다",
    ),
    (
        r"only the (size|sign) of the cotangent counts, .*",
        "뒤에서 온 기울기의 크기나 부호 하나만 썼습니다: 그대로 곱해야 합니다",
    ),
    (
        r"the cotangent is (?:averaged|summed) over the outputs",
        "뒤에서 온 기울기를 출력마다 쓰지 않고 하나로 합쳤습니다",
    ),
    (
        r"the cotangent is spread along the wrong axis: .*",
        "뒤에서 온 기울기를 다른 축으로 퍼뜨렸습니다: 없앤 축을 제자리에 되돌려야 합니다",
    ),
    (
        r"(?:it is the derivative at|it is the cotangent times) (?:the output|(\w+)): .*",
        "틀린 배열을 저장했습니다: 필요한 배열이 무엇인지 확인하세요",
    ),
    (
        r"(?:the output|\w+) is read where (\w+) belongs: .*",
        r"\1을(를) 써야 할 곳에 다른 배열을 썼습니다: 저장한 배열이 틀렸습니다",
    ),
    (r"a factor (.*) is missing", r"\1을(를) 곱하지 않았습니다"),
    (r"a factor (.*) too many", r"\1을(를) 한 번 더 곱했습니다"),
    (r"the gradients of (.*) are exchanged", r"\1의 기울기가 서로 바뀌었습니다"),
    (
        r"gradients do not add up over uses.*",
        "여러 번 쓰인 값의 기울기를 더하지 않았습니다",
    ),
    (r"right for contiguous memory only", "메모리가 이어진 배열에서만 맞습니다"),
    (r"divided by the count of another axis", "다른 축의 개수로 나누었습니다"),
    (
        r"a term through the (?:mean|mean or the sum) over (?:axis|axes) (.*) that does not .*",
        r"축 \1 방향의 평균을 거쳐 오는 항은 없어야 합니다",
    ),
    (
        r"float32 only: .*",
        "float32일 때만 틀립니다: float64 값이 섞여 들어갑니다",
    ),
    (
        r"float32 precision only: something is rounded .*",
        "float32의 자릿수까지만 맞습니다: 중간에 값을 float32로 반올림했습니다",
    ),
    (
        r"float32 precision only: .*|not a number in float32, .*",
        "float32일 때만 틀립니다: float64에서는 맞습니다",
    ),
    (
        r"right to a few digits only: .*",
        "몇 자리까지만 맞습니다: 미분 대신 근사식이나 반올림한 상수를 썼습니다",
    ),
    (
        r"reverse mode is right: .*",
        "역방향은 맞습니다: 순방향 모드(jvp)의 규칙이 틀렸습니다",
    ),
    (
        r"the rule draws random numbers of (.*): .*",
        r"역전파가 \1에서 난수를 뽑습니다: 순전파에서 뽑아 저장해 두세요",
    ),
    (r"the function draws random numbers of (.*)", r"함수가 \1에서 난수를 뽑습니다"),
    (
        r"the gradient is another in every pass: .*",
        "기울기가 부를 때마다 다릅니다: 호출 사이에 남은 값이 있거나 역전파에서 난수를 뽑습니다",
    ),
    (r"reversed along axis (-?\d+)", r"축 \1 방향으로 뒤집혔습니다"),
    (r"off by one along axis (-?\d+).*", r"축 \1 방향으로 한 칸 어긋났습니다"),
    (
        r"the right numbers in the wrong places .*",
        "값은 맞지만 자리가 틀렸습니다(역순열이나 인덱스를 확인하세요)",
    ),
    (
        r"the sum over broadcast ax[ie]s (.*) is missing",
        r"브로드캐스트된 축 \1 방향의 합이 빠졌습니다",
    ),
    (r"the sum over broadcast axes is missing", "브로드캐스트된 축 방향의 합이 빠졌습니다"),
    (
        r"the mean over broadcast ax[ie]s (-?[\d, and]+).* instead of the sum",
        r"브로드캐스트된 축 \1 방향으로 합이 아니라 평균을 냈습니다",
    ),
    (
        r"only the (last|first) use counted.*",
        "여러 번 쓰인 값의 기울기를 더하지 않고 하나만 남겼습니다",
    ),
    (
        r"the sum over ax[ie]s (.*) in place of ax[ie]s (.*)",
        r"축 \2 대신 축 \1 방향으로 더했습니다",
    ),
    (
        r"the term through the (mean|variance) over axis (-?\d+) is missing",
        r"축 \2 방향의 \1을 거쳐 오는 항이 빠졌습니다",
    ),
    (
        r"each element is treated alone: .*",
        "원소를 따로따로 미분했습니다: 다른 원소를 거쳐 오는 항이 빠졌습니다",
    ),
    (
        r"too (large|small) by the count of (.*): .*",
        r"\2의 개수만큼 어긋납니다: 합과 평균을 확인하세요",
    ),
    (
        r"(\S.*) is taken of the input, where y is the output: .*",
        r"\1에 출력 y가 아니라 입력을 넣었습니다: 저장한 배열이 틀렸습니다",
    ),
    (
        r"it is (\S.*) where (\S.*) belongs \(y: the output\)",
        r"\2이어야 할 곳에 \1이 있습니다(y는 출력)",
    ),
    (r"of the matrix product the factors are swapped.*", "행렬 곱의 앞뒤 순서가 바뀌었습니다"),
    (r"of the matrix product (\w+) is not transposed", r"행렬 곱에서 \1을(를) 전치하지 않았습니다"),
    (
        r"what flows back goes forward again: .*",
        "역방향에서 순방향 연산을 다시 했습니다: 뒤집은(전치한) 연산이어야 합니다",
    ),
    (r"the stride is ignored: .*", "스트라이드(stride)를 무시했습니다"),
    (
        r"stride and dilation are exchanged, .*",
        "스트라이드(stride)와 다일레이션(dilation)이 바뀌었거나 둘 다 무시되었습니다",
    ),
    (r"the dilation is ignored: .*", "다일레이션(dilation)을 무시했습니다"),
    (
        r"each window is read backwards: .*",
        "커널을 뒤집어 읽었거나, 뒤집어야 할 때 뒤집지 않았습니다",
    ),
    (
        r"nearly right: a small constant .*",
        "거의 맞습니다: 순전파의 작은 상수(epsilon)가 역전파에 없거나 다른 자리에 있습니다",
    ),
    (r"small gradients are lost: .*", "작은 기울기가 사라집니다: 작은 값이 있어야 할 곳이 0입니다"),
    (
        r"the same number is missing in one place of each row: .*",
        "각 행의 정답 자리에서 1을 빼지 않았습니다(y - t)",
    ),
    (
        r"only one of two factors that hold x counts: .*",
        "곱의 미분법에서 두 항 중 하나가 빠졌습니다",
    ),
    (
        r"only the way through (.*) counts: what flows back through (.*) is missing",
        r"\1을(를) 지나는 길만 셌습니다: \2을(를) 지나 돌아오는 기울기가 빠졌습니다",
    ),
    (
        r"right to (three|seven) digits only: .* in (float\d+)",
        r"\2의 자릿수까지만 맞습니다: 중간값이 \2입니다",
    ),
    (
        r"the backward pass returns nothing: .*",
        "backward가 아무것도 돌려주지 않습니다: return을 빠뜨리지 않았나요?",
    ),
    (
        r"(\w+) is never set: `backward` (?:must leave|leaves) the gradient of (\S+) there",
        r"\1에 값을 넣지 않았습니다: backward는 \2의 기울기를 \1에 남겨야 합니다",
    ),
    (
        r"the backward pass reads self\.(\w+), which nothing has set",
        r"backward가 self.\1을(를) 읽지만 아무도 넣은 적이 없습니다",
    ),
    (
        r"the backward pass multiplies matrices whose shapes do not fit .*",
        "backward에서 곱하는 행렬의 모양이 맞지 않습니다(.T를 빠뜨리지 않았나요?)",
    ),
    (
        r"the backward pass combines arrays whose shapes do not fit.*",
        "backward에서 모양이 맞지 않는 배열을 계산합니다(keepdims=True를 빠뜨리지 않았나요?)",
    ),
    (
        r"the backward pass fails for empty arrays, such as one of shape (.*)",
        r"모양이 \1인 빈 배열에서 backward가 실패합니다",
    ),
    (
        r"the backward pass fails for arrays without axes, such as one of shape (.*)",
        r"축이 없는(모양 \1) 배열에서 backward가 실패합니다",
    ),
    (r"the backward pass fails(.*)", r"backward에서 오류가 납니다\1"),
    (
        r"its shape is (.*) where the input has (.*)",
        r"기울기의 모양은 \1인데 입력의 모양은 \2입니다",
    ),
    (
        r"an array that belongs to the caller is changed in place.*",
        "넘겨받은 배열을 그 자리에서 바꿉니다: 복사해서 계산하세요",
    ),
    (r"an array is handed on without a copy", "배열을 복사하지 않고 넘깁니다"),
    (
        r"first call right, second wrong: what the first call left is added to the next",
        "첫 번째는 맞고 두 번째는 틀립니다: 앞에서 남긴 기울기에 더했습니다",
    ),
    (
        r"first call right, second wrong: .*",
        "첫 번째는 맞고 두 번째는 틀립니다: 호출 사이에 남은 값이 있습니다",
    ),
    (r"wrong only at ties", "값이 같은 원소가 있을 때만 틀립니다"),
    (r"wrong only for negative inputs(?: \(.*\))?", "음수 입력에서만 틀립니다"),
    (r"wrong only for positive inputs(?: \(.*\))?", "양수 입력에서만 틀립니다"),
    (r"wrong only where (\S+) is zero(?: \(.*\))?", r"\1이(가) 0일 때만 틀립니다"),
    (
        r"wrong only (?:for|where) .*large(?: inputs)?, \|([\w -]+)\| of "
        r"([-\d.e+]+) (?:and more|to \S+)(?: \(.*\))?",
        r"|\1|이(가) \2 이상으로 클 때만 틀립니다",
    ),
    (
        r"wrong only (?:for|where) .*small(?: inputs)?, \|([\w -]+)\| of "
        r"([-\d.e+]+) and less(?: \(.*\))?",
        r"|\1|이(가) \2 이하로 작을 때만 틀립니다",
    ),
    (
        r"wrong only where ([\w -]+) is large, ([-\d.e+]+) and more(?: \(.*\))?",
        r"\1이(가) \2 이상으로 클 때만 틀립니다",
    ),
    (
        r"wrong only where ([\w -]+) is small, ([-\d.e+]+) and less(?: \(.*\))?",
        r"\1이(가) \2 이하로 작을 때만 틀립니다",
    ),
    (
        r"wrong only where ([\w -]+) is ([-\d.e+]+) to ([-\d.e+]+)(?: \(.*\))?",
        r"\1이(가) \2에서 \3 사이일 때만 틀립니다",
    ),
    (
        r"wrong only where ([\w -]+) is ([-\d.e+]+)(?:, and right beside it)?(?: \(.*\))?",
        r"\1이(가) \2일 때만 틀립니다",
    ),
    (r"wrong only where ([\w -]+) is zero(?: \(.*\))?", r"\1이(가) 0일 때만 틀립니다"),
    (r"wrong only where ([\w -]+) is negative(?: \(.*\))?", r"\1이(가) 음수일 때만 틀립니다"),
    (r"wrong only where ([\w -]+) is positive(?: \(.*\))?", r"\1이(가) 양수일 때만 틀립니다"),
    (r"wrong only (?:on|off|above|below) the diagonal(?: \(.*\))?", "대각선 위치에서 틀립니다"),
    (r"a triangle that is off by one", "삼각형이 한 칸 어긋났습니다"),
    (
        r"wrong only where several outputs contribute(?: \(.*\))?",
        "여러 출력에 쓰인 원소에서만 틀립니다",
    ),
    (r"wrong only at special inputs: zeros", "입력이 0일 때만 틀립니다"),
    (r"wrong only at the end of axis (-?\d+)(?: \(.*\))?", r"축 \1의 끝에서만 틀립니다"),
    (r"wrong only at the beginning of axis (-?\d+)(?: \(.*\))?", r"축 \1의 처음에서만 틀립니다"),
    (r"wrong only at both ends of axis (-?\d+)(?: \(.*\))?", r"축 \1의 양 끝에서만 틀립니다"),
    (
        r"second order: nothing flows back to (.*): .*",
        r"2계 미분: \1(으)로 돌아오는 것이 없습니다. "
        r"저장한 값을 상수로 여겼습니다",
    ),
    (r"second order: .*|second derivatives are not symmetric: .*", "2계 미분이 틀렸습니다"),
    (r"the gradient is wrong", "기울기가 틀렸습니다"),
)
# Names within a phrase.
_WORDS = {
    "mean": "평균",
    "variance": "분산",
    " and ": ", ",
    "NumPy's global generator (np.random)": "NumPy의 전역 생성기(np.random)",
    "Python's global generator (random)": "파이썬의 전역 생성기(random)",
    "the default generator (autograd.manual_seed)": "기본 생성기(autograd.manual_seed)",
    "the gradient": "기울기",
    "the output": "출력",
    "the cotangent": "뒤에서 온 기울기",
}
_COMPILED = tuple((re.compile(pattern), korean) for pattern, korean in _PHRASES)

_HEADINGS = (
    (r"does not hold:$", "성립하지 않습니다:"),
    (r"^held before: none$", "그 앞에 성립한 것: 없음"),
    (r"^held before: ", "그 앞에 성립한 것: "),
    (r"^to see it again:$", "다시 보려면:"),
    (
        r"gradient of( +)analytic( +)numerical( +)error bound",
        r"기울기\1계산값\2수치미분\3오차 한계",
    ),
    (r"the gradient disagrees with numerical derivatives", "기울기가 수치 미분과 다릅니다"),
    (r"\(example (\d+)\)", r"(\1번째 예)"),
    (r"(d output.* / d .*) is (.*), should be (.*)", r"\1 = \2, 맞는 값은 \3"),
)


def guess_in_korean(guess: str) -> str:
    """A diagnosis in Korean, input by input.

    >>> guess_in_korean("x and b: the sign is wrong")
    'x, b: 부호가 틀렸습니다'
    """
    return "; ".join(map(_one, guess.split("; ")))


def _one(guess: str) -> str:
    for pattern, korean in _COMPILED:
        found = pattern.fullmatch(guess)
        if found is not None:
            text = found.expand(korean)
            for english, korean_word in _WORDS.items():
                text = text.replace(english, korean_word)
            return text
    name, colon, rest = guess.partition(": ")
    if colon and (rest_in_korean := _one(rest)) != rest:
        before = _one(name)
        return f"{before.replace(' and ', ', ')}: {rest_in_korean}"
    return guess


def report_in_korean(message: str, guess: str) -> str:
    """A report whose words are Korean; code, numbers and messages of exceptions stay."""
    title, _, rest = message.partition("\n")
    title = title.replace(guess, guess_in_korean(guess)) if guess else title
    title = title.replace("the gradient is wrong", guess_in_korean("the gradient is wrong"))
    lines = [title, *rest.split("\n")]
    code = False
    for place, line in enumerate(lines):
        for pattern, korean in () if code else _HEADINGS:
            line = re.sub(pattern, korean, line)
        code |= lines[place] == "to see it again:"
        lines[place] = line
    return "\n".join(lines)
