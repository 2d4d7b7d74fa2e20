"""Simple Korean sentences, drawn at random, whose entropy is known.

A particle depends on the last letter of the word before it (책은 but 나무는, 물을 but 차를), so a
model that reads character by character has something to learn; and as every choice is drawn
uniformly, no model can need fewer bits than the entropy of the choices.
"""

import math

import numpy as np

SUBJECTS = ("나", "너", "학생", "선생님", "고양이", "강아지", "동생", "친구", "할머니", "아기")
ADVERBS = ("", "오늘 ", "다시 ", "천천히 ", "조용히 ", "가끔 ")
# What can be done, each with what it can be done to.
ACTIONS = {
    "먹는다": ("밥", "사과", "빵", "떡", "국수"),
    "마신다": ("물", "우유", "차", "주스"),
    "읽는다": ("책", "편지", "신문", "시"),
    "본다": ("하늘", "나무", "바다", "별", "꽃", "그림"),
    "만든다": ("빵", "국수", "그림", "의자"),
}


def particle(word, after_consonant, after_vowel):
    """The word with the form of a particle that fits its last letter.

    >>> particle("책", "은", "는"), particle("나무", "은", "는")
    ('책은', '나무는')
    """
    # Unicode lists Hangul syllables by their 28 final letters, of which the first is none.
    closed = (ord(word[-1]) - ord("가")) % 28
    return word + (after_consonant if closed else after_vowel)


def sentences(count, seed):
    """So many sentences as one text.

    >>> sentences(2, seed=0)
    '할머니는 천천히 편지를 읽는다. 선생님은 밥을 먹는다. '
    """
    rng = np.random.default_rng(seed)
    verbs = list(ACTIONS)
    parts = []
    for _ in range(count):
        subject, adverb, verb = (
            each[rng.integers(len(each))] for each in (SUBJECTS, ADVERBS, verbs)
        )
        thing = ACTIONS[verb][rng.integers(len(ACTIONS[verb]))]
        parts.append(
            f"{particle(subject, '은', '는')} {adverb}{particle(thing, '을', '를')} {verb}. "
        )
    return "".join(parts)


def entropy():
    """The bits that a sentence carries, and its mean length in characters.

    The choices are drawn one by one, but the same sentence can come from one of them only: no two
    give the same text, so the entropy is that of the choices.

    >>> bits, characters = entropy()
    >>> round(bits / characters, 3)
    0.676
    """
    verbs = list(ACTIONS)
    bits = math.log2(len(SUBJECTS)) + math.log2(len(ADVERBS)) + math.log2(len(verbs))
    bits += np.mean([math.log2(len(ACTIONS[verb])) for verb in verbs])
    mean = [np.mean([len(each) for each in SUBJECTS]), np.mean([len(each) for each in ADVERBS])]
    mean += [np.mean([len(verb) for verb in verbs])]
    mean += [np.mean([np.mean([len(each) for each in ACTIONS[verb]]) for verb in verbs])]
    return float(bits), float(sum(mean)) + len("은 을 . ")
