"""Every word of the pages for a lecture, per page and language."""

from __future__ import annotations

_ERRORS = {
    "en": {
        "error_wanted": "“{about}” is missing at “{at}”",
        "error_ended": "something is missing at the end",
        "error_unknown": "there is no function {about}",
        "error_count": "{about} has other arguments",
        "error_here": "“{at}” is not expected here",
        "error_twice": "{about} has a meaning already",
        "error_nothing": "type an expression: (x + y) * z",
    },
    "ko": {
        "error_wanted": "“{at}” 앞에 “{about}”이(가) 빠짐",
        "error_ended": "끝에 빠진 것이 있음",
        "error_unknown": "{about}(이)라는 함수는 없음",
        "error_count": "{about}의 인수가 맞지 않음",
        "error_here": "“{at}”이(가) 올 자리가 아님",
        "error_twice": "{about}은(는) 이미 쓰임",
        "error_nothing": "식을 입력하세요: (x + y) * z",
    },
}
_STORY = {
    "en": {
        "first": "first step", "back": "back", "next": "forward", "last": "last step",
        "check": "check", "reveal": "reveal", "wrong": "not yet", "figure": "figure",
        "start": "The leaves have their values.",
        "seed": "the gradient of {name} with respect to itself is 1",
    },
    "ko": {
        "first": "처음", "back": "뒤로", "next": "앞으로", "last": "끝",
        "check": "확인", "reveal": "정답 보기", "wrong": "다시 생각해 보세요", "figure": "그림",
        "start": "잎의 값이 주어짐",
        "seed": "{name}의 자기 자신에 대한 기울기는 1",
    },
}  # fmt: skip
_COMMON = {
    "en": {"other": "한국어", "dark": "dark or light"},
    "ko": {"other": "English", "dark": "어둡게·밝게"},
}
_PAGES: dict[str, dict[str, dict[str, str]]] = {
    "playground": {
        "en": _ERRORS["en"] | _STORY["en"] | {
            "title": "Backpropagation playground",
            "expression": "expression", "examples": "examples", "guess": "guess first",
            "leaves": "values of the leaves", "name": "name", "value": "value",
            "gradient": "gradient", "difference": "finite difference",
            "hint": "as in Python; q = x + y names a part, x = 2 sets a value; keys ← →",
        },
        "ko": _ERRORS["ko"] | _STORY["ko"] | {
            "title": "역전파 놀이터",
            "expression": "식", "examples": "예", "guess": "먼저 맞혀 보기",
            "leaves": "잎의 값", "name": "이름", "value": "값",
            "gradient": "기울기", "difference": "수치 미분",
            "hint": "파이썬처럼; q = x + y는 이름을, x = 2는 값을 줌; 키 ← →",
        },
    },
    "descent": {
        "en": _ERRORS["en"] | {
            "title": "Gradient descent on a surface",
            "surface": "f =", "examples": "examples", "method": "method", "rate": "learning rate",
            "momentum": "momentum", "step": "one step", "many": "ten steps", "again": "again",
            "count": "step", "value": "f", "gradient": "gradient", "map": "The surface from above.",
            "method_sgd": "gradient descent", "method_momentum": "momentum",
            "method_adagrad": "AdaGrad", "method_rmsprop": "RMSProp", "method_adam": "Adam",
            "diverged": "f grows without bound: the learning rate is too large",
            "error_two": "a surface has two variables; this has {about}",
            "hint": "Dark is low. A click chooses where to begin; the black line is the direction "
            "of steepest descent; → is one step.",
        },
        "ko": _ERRORS["ko"] | {
            "title": "곡면 위의 경사 하강법",
            "surface": "f =", "examples": "예", "method": "방법", "rate": "학습률",
            "momentum": "모멘텀", "step": "한 단계", "many": "열 단계", "again": "처음부터",
            "count": "단계", "value": "f", "gradient": "기울기", "map": "위에서 본 곡면.",
            "method_sgd": "경사 하강법", "method_momentum": "모멘텀",
            "method_adagrad": "AdaGrad", "method_rmsprop": "RMSProp", "method_adam": "Adam",
            "diverged": "f가 끝없이 커짐: 학습률이 너무 큼",
            "error_two": "곡면에는 변수가 두 개 있어야 함: 지금 {about}개",
            "hint": "어두울수록 낮음. 누른 곳에서 시작함. 검은 선은 가장 가파르게 내려가는 방향. "
            "→ 키는 한 단계.",
        },
    },
    "activation": {
        "en": {
            "title": "An activation function and its slope",
            "function": "function",
            "flat": "The slope is almost 0: hardly any gradient passes.",
            "hint": "Solid: the function. Dashed: its slope. Move x, or click.",
        },
        "ko": {
            "title": "활성화 함수와 그 기울기",
            "function": "함수",
            "flat": "기울기가 거의 0이므로 기울기가 거의 전달되지 않음",
            "hint": "실선은 함수, 점선은 그 기울기. x를 움직이거나 그림을 누르세요.",
        },
    },
    "drill": {
        "en": _STORY["en"] | {
            "title": "Chain rule drill",
            "level": "level", "seed": "exercise", "new": "next exercise",
            "task": "What is the gradient of L with respect to every leaf?",
            "correct": "right", "score": "{right} of {asked} right",
            "hint": "Work backwards from L: arriving × local at every node, and the sum where a "
            "value is used twice.",
        },
        "ko": _STORY["ko"] | {
            "title": "연쇄 법칙 연습",
            "level": "난이도", "seed": "문제", "new": "다음 문제",
            "task": "각 잎에 대한 L의 기울기는?",
            "correct": "정답", "score": "{asked}문제 중 {right}문제 정답",
            "hint": "L에서 거꾸로: 노드마다 도착한 기울기 × 국소 미분, 두 번 쓰인 값에서는 합.",
        },
    },
}  # fmt: skip
LECTURE_WORDS = {
    name: {lang: _COMMON[lang] | words for lang, words in page.items()}
    for name, page in _PAGES.items()
}
