"""Data augmentation: new examples out of old ones; and an attack that uses the same gradients.

    python -m examples.course.augmentation --lang en

Read it top to bottom. Every transform is applied to a real photograph.
"""

import matplotlib.cbook
import matplotlib.image
import numpy as np
from matplotlib.figure import Figure
from scipy import ndimage
from scipy.cluster.vq import vq

import autograd
import nn
from autograd import Tensor
from examples.course.lesson import Lesson
from nn import transforms as T
from nn.datasets import digits
from nn.models import fgsm

lesson = Lesson("augmentation", en="Data augmentation", ko="데이터 증강")
autograd.manual_seed(0)

lesson.begin(
    minutes=40,
    needs=("overfitting",),
    en="""
    After this lesson you can

    - turn one picture into many that keep its label, by geometry, colour, noise and weather,
    - choose changes that really occur, and say which change the label,
    - compute the gradient with respect to a picture, and fool a network with it.

    A child needs one giraffe to know all giraffes. A network that has seen only giraffes that look
    to the left does not know one that looks to the right, because nobody told it that this does
    not matter. Augmentation tells it: here is the same animal turned, darker, in the rain.
    """,
    ko="""
    이 강의를 마치면

    - 기하, 색, 잡음, 날씨 변환으로 사진 한 장을 레이블이 같은 여러 장으로 만들 수 있습니다.
    - 실제로 일어나는 변화를 고르고, 레이블이 바뀌는 변화를 가려낼 수 있습니다.
    - 사진에 대한 기울기를 구하고, 그것으로 신경망을 속일 수 있습니다.

    아이는 기린을 한 마리만 보아도 모든 기린을 알아봅니다. 왼쪽을 보는 기린만 본 신경망은 오른쪽을
    보는 기린을 알아보지 못합니다. 그것이 중요하지 않다고 아무도 말해 주지 않았기 때문입니다.
    데이터 증강은 그것을 말해 줍니다. 돌려도, 어두워도, 비가 와도 같은 동물이라고.
    """,
)

lesson.say(
    en="""
    ## 1. A picture is an array

    (channels, height, width), numbers from 0 to 1. This is Grace Hopper, who wrote the first
    compiler: a photograph of the US Navy that comes with Matplotlib, made smaller by averaging
    blocks of 4 x 4 pixels.

    Turned a little, she is still Grace Hopper. For a network it is a new example with the same
    label. That is **augmentation**: teach it what does *not* matter.
    """,
    ko="""
    ## 1. 배열로 본 사진

    형상은 (채널, 높이, 너비)이고 값은 0에서 1까지입니다. 사진의 주인공은 최초의 컴파일러를 만든
    그레이스 호퍼입니다. Matplotlib에 들어 있는 미 해군의 사진을 4 x 4 픽셀씩 평균해 줄였습니다.

    조금 돌려도 여전히 그레이스 호퍼입니다. 신경망에게는 레이블이 같은 새로운 데이터입니다. 이것이
    **데이터 증강**입니다. 무엇이 중요하지 *않은지*를 가르치는 것입니다.
    """,
)

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    pixels = matplotlib.image.imread(file, format="jpg")  # (600, 512, 3), bytes
blocks = pixels.reshape(150, 4, 128, 4, 3).mean(axis=(1, 3)) / 255
photo = np.moveaxis(blocks, -1, 0).astype(np.float32)  # (3, 150, 128)
print(pixels.shape, pixels.dtype, "->", photo.shape, photo.dtype)


def contact_sheet(image, changes):
    """The picture before and after each change, with the first title in the lesson's language."""
    figure = T.sheet(image, changes, columns=6)
    figure.axes[0].set_title(lesson.text(en="before", ko="원본"), fontsize=8)
    return figure


# ---------------------------------------------------------------------- geometry

lesson.say(
    en="""
    ## 2. Geometry

    Where is each pixel of the new picture in the old one? A 3 x 3 matrix answers for all of these
    at once, except for **elastic**, which moves every pixel by its own smooth random field.

    Not every change keeps the label: a 6 turned by 180 degrees is a 9, and a mirrored 2 is no
    digit at all.
    """,
    ko="""
    ## 2. 기하 변환

    새 그림의 픽셀이 원래 그림의 어디에 있었는가? 대부분은 3 x 3 행렬 하나로 답할 수 있습니다.
    **탄성 변형**만은 픽셀마다 매끄러운 무작위 방향으로 움직입니다.

    모든 변환이 레이블을 지키지는 않습니다. 6은 180도 돌리면 9가 되고, 2는 좌우로 뒤집으면 아무
    숫자도 아닙니다.
    """,
)


class Elastic(T.Transform):
    """As if printed on rubber: a transform of your own is a class with one method."""

    def apply(self, image, generator):
        push = generator.uniform(-1, 1, (2, *image.shape[1:]))
        push = ndimage.gaussian_filter(push, (0, 6, 6)) * 80  # smooth, in pixels
        places = np.indices(image.shape[1:]) + push
        return [ndimage.map_coordinates(c, places, order=1, mode="nearest") for c in image]


geometric = {
    lesson.text(en="rotate", ko="회전"): T.Rotate((20, 20)),
    lesson.text(en="translate", ko="평행 이동"): T.Translate((0.15, 0.15)),
    lesson.text(en="shear", ko="전단"): T.Shear((20, 20)),
    lesson.text(en="scale", ko="확대"): T.Scale((1.5, 1.5)),
    lesson.text(en="horizontal flip", ko="좌우 반전"): T.HorizontalFlip(),
    lesson.text(en="vertical flip", ko="상하 반전"): T.VerticalFlip(),
    lesson.text(en="crop", ko="자르기"): T.Crop((90, 90)),
    lesson.text(en="random crop", ko="무작위 자르기"): T.RandomCrop((90, 90), seed=3),
    lesson.text(en="crop and pad", ko="자르고 채우기"): T.CropAndPad(0.3, seed=1),
    lesson.text(en="perspective", ko="원근"): T.Perspective(0.5, seed=1),
    lesson.text(en="elastic", ko="탄성 변형"): Elastic(seed=0),
}
lesson.figure(
    "geometry",
    contact_sheet(photo, geometric),
    en="Geometric transforms",
    ko="기하 변환",
)

# ---------------------------------------------------------------------- colour

lesson.say(
    en="""
    ## 3. Colour

    AlexNet's colour noise moves all pixels along the **principal components** of the colours: the
    directions in which the colours of pictures differ most, mostly brightness. Here they are those
    of this photograph: the eigenvectors of the 3 x 3 covariance of red, green and blue.
    """,
    ko="""
    ## 3. 색 변환

    AlexNet의 색 잡음은 모든 픽셀을 색의 **주성분** 방향으로 옮깁니다. 주성분은 사진의 색이 가장
    많이 달라지는 방향이며, 첫째는 대개 밝기입니다. 여기서는 이 사진의 주성분, 곧 빨강, 초록,
    파랑의 3 x 3 공분산 행렬의 고유 벡터를 씁니다.
    """,
)

colours = photo.reshape(3, -1).astype(np.float64)
variances, directions = np.linalg.eigh(np.cov(colours))
spreads = np.sqrt(variances[::-1])
print("λ =", spreads.round(3), " v₁ =", directions[:, -1].round(2))
colour = {
    lesson.text(en="brighter", ko="밝게"): T.Brightness((1.5, 1.5)),
    lesson.text(en="darker", ko="어둡게"): T.Brightness((0.5, 0.5)),
    lesson.text(en="gamma 0.5", ko="감마 0.5"): T.Gamma((0.5, 0.5)),
    lesson.text(en="gamma 2", ko="감마 2"): T.Gamma((2.0, 2.0)),
    lesson.text(en="sharpen", ko="선명하게"): T.Sharpen((2.0, 2.0)),
    lesson.text(en="invert", ko="색 반전"): T.Invert(),
    lesson.text(en="colour noise", ko="주성분 색 잡음"): T.PCANoise(
        1.0, spreads, directions[:, ::-1], seed=4
    ),
}
lesson.figure("colour", contact_sheet(photo, colour), en="Colour", ko="색 변환")

# ---------------------------------------------------------------------- noise

lesson.say(
    en="""
    ## 4. Blur, noise and occlusion

    A network that has seen noise does not rely on single pixels; one that has seen covered pictures
    does not rely on a single spot. **Bilateral** blur averages only neighbours of a similar
    colour, so edges stay. **Superpixels** replace patches by their mean colour.
    """,
    ko="""
    ## 4. 흐림, 잡음, 가리기

    잡음을 본 신경망은 픽셀 하나에 기대지 않고, 가려진 사진을 본 신경망은 한 군데에 기대지 않습니다.
    **양방향(bilateral) 흐림**은 색이 비슷한 이웃만 평균하므로 윤곽이 남습니다. **슈퍼픽셀**은 작은
    구역을 평균 색으로 바꿉니다.
    """,
)


class BilateralBlur(T.Transform):
    """A mean of neighbours, weighted by nearness in place and in colour."""

    def apply(self, image, generator):
        total, weights = np.zeros_like(image), np.zeros_like(image[:1])
        for shift in np.ndindex(7, 7):
            moved = np.roll(image, np.array(shift) - 3, axis=(1, 2))
            apart = ((moved - image) ** 2).sum(axis=0, keepdims=True)
            weight = np.exp(-apart / 0.05 - ((np.array(shift) - 3) ** 2).sum() / 18)
            total, weights = total + weight * moved, weights + weight
        return total / weights


class Superpixels(T.Transform):
    """Patches of similar pixels in their mean colour: k-means over place and colour."""

    def apply(self, image, generator):
        places = np.indices(image.shape[1:]) / 30  # how much place counts against colour
        points = np.concatenate([places, image]).reshape(5, -1).T
        centres = points[generator.choice(len(points), 60, replace=False)]
        for _ in range(5):
            nearest, _distances = vq(points, centres)
            counts = np.bincount(nearest, minlength=len(centres))
            sums = [np.bincount(nearest, each, minlength=len(centres)) for each in points.T]
            centres = np.stack(sums, axis=1) / np.maximum(counts, 1)[:, np.newaxis]
        return centres[nearest, 2:].T.reshape(image.shape)


noise = {
    lesson.text(en="Gaussian blur", ko="가우스 흐림"): T.GaussianBlur((2.0, 2.0)),
    lesson.text(en="bilateral blur", ko="양방향 흐림"): BilateralBlur(),
    lesson.text(en="median blur", ko="중앙값 흐림"): T.MedianBlur(5),
    lesson.text(en="Gaussian noise", ko="가우스 잡음"): T.GaussianNoise((0.15, 0.15), seed=0),
    lesson.text(en="coarse salt", ko="굵은 소금 잡음"): T.CoarseSalt(0.05, 5, seed=0),
    lesson.text(en="random erasing", ko="무작위 지우기"): T.RandomErasing((0.15, 0.15), seed=2),
    lesson.text(en="superpixels", ko="슈퍼픽셀"): Superpixels(seed=0),
    lesson.text(en="emboss", ko="엠보싱"): T.Emboss((1.0, 1.0)),
}
lesson.figure(
    "noise",
    contact_sheet(photo, noise),
    en="Blur, noise and occlusion",
    ko="흐림, 잡음, 가리기",
)

# ---------------------------------------------------------------------- weather

lesson.say(
    en="""
    ## 5. Weather

    For cars that must see in fog and snow. A cloud is noise at many sizes, added up: coarse and
    strong, fine and weak.
    """,
    ko="""
    ## 5. 날씨

    안개와 눈 속에서도 보아야 하는 자동차를 위한 것입니다. 구름은 여러 크기의 잡음을 더한 것입니다.
    큰 무늬는 강하게, 작은 무늬는 약하게 더합니다.
    """,
)


def cloud(shape, generator):
    """Noise of all sizes, from 0 to 1."""
    layers = [
        sigma * ndimage.gaussian_filter(generator.normal(size=shape), sigma) * sigma
        for sigma in (1, 2, 4, 8, 16, 32)
    ]
    total = sum(layers)
    return (total - total.min()) / np.ptp(total)


class Clouds(T.Transform):
    """White where the noise is high, and more of it in the sky."""

    def apply(self, image, generator):
        sky = np.linspace(1, 0, image.shape[1])[:, np.newaxis]
        white = (cloud(image.shape[1:], generator) * 2.5 - 1.5 + 0.6 * sky).clip(0, 0.85)
        return image * (1 - white) + white


class Fog(T.Transform):
    """Grey everywhere, thick and thin."""

    def apply(self, image, generator):
        thick = 0.35 + 0.4 * cloud(image.shape[1:], generator)
        return image * (1 - thick) + 0.85 * thick


class Snowflakes(T.Transform):
    """White specks, drawn out a little by falling."""

    def apply(self, image, generator):
        flakes = (generator.random(image.shape[1:]) < 0.01).astype(float)
        fallen = sum(ndimage.shift(flakes, (step, step / 3), order=1) for step in range(3))
        return (image + ndimage.gaussian_filter(fallen, 0.6) * 1.5).clip(0, 1)


class SnowyLandscape(T.Transform):
    """What is rather bright becomes white, as if snow lay on it."""

    def apply(self, image, generator):
        lightness = (image.max(axis=0) + image.min(axis=0)) / 2
        return np.where(lightness > 0.45, (image * 2).clip(0, 1), image)


weather = {
    lesson.text(en="clouds", ko="구름"): Clouds(seed=3),
    lesson.text(en="fog", ko="안개"): Fog(seed=0),
    lesson.text(en="snow flakes", ko="눈송이"): Snowflakes(seed=0),
    lesson.text(en="snowy landscape", ko="눈 덮인 풍경"): SnowyLandscape(),
}
try:
    import albumentations
except ImportError:
    lesson.show(
        en="(pip install albumentations, and 70 more can be used: T.Albumentations(...))",
        ko="(pip install albumentations를 하면 70가지를 더 쓸 수 있습니다: T.Albumentations(...))",
    )
else:  # a package of transforms; the adapter makes any of them one of ours
    weather["albumentations: RandomRain"] = T.Albumentations(albumentations.RandomRain(p=1), seed=0)
lesson.figure("weather", contact_sheet(photo, weather), en="Weather", ko="날씨")

# ---------------------------------------------------------------------- several at once

lesson.say(
    en="""
    ## 6. Mosaic, and transforms in a chain

    A **mosaic** puts four pictures into one. Its label is mixed by area: 60 % of a 3 and 40 % of
    other digits is the target [.., 0.6, ..]. And `Compose` applies transforms one after the other,
    each image with its own random draws.
    """,
    ko="""
    ## 6. 모자이크, 그리고 변환을 이어 붙이기

    **모자이크**는 그림 네 장을 한 장에 넣습니다. 레이블도 넓이에 따라 섞습니다. 3이 60 %이고 나머지
    숫자가 40 %이면 목표는 [.., 0.6, ..]입니다. `Compose`는 여러 변환을 차례로 적용하며, 무작위 값은
    그림마다 따로 뽑습니다.
    """,
)

images, labels = digits()
mixed, targets = T.mosaic(images[:12], np.eye(10)[labels[:12]], seed=0)
augment = T.Compose([T.Rotate(12), T.Translate(0.1), T.Scale(1.15), T.GaussianNoise(0.1)], seed=0)
changed = augment(images[:12])
figure = Figure((7.2, 2.4), layout="constrained")
rows = figure.subplots(3, 12)
titles = (
    lesson.text(en="digits", ko="원본"),
    lesson.text(en="mosaic", ko="모자이크"),
    lesson.text(en="chain", ko="이어 붙임"),
)
for row, title, pictures in zip(rows, titles, (images, mixed, changed), strict=True):
    row[0].set_title(title, fontsize=8, loc="left")
    for axes, picture in zip(row, pictures, strict=False):
        axes.imshow(picture[0], cmap="gray_r", vmin=0, vmax=1)
        axes.set_axis_off()
lesson.figure(
    "digits",
    figure,
    en="Handwritten digits, their mosaics, and a chain of four transforms",
    ko="손글씨 숫자, 모자이크, 그리고 네 가지 변환을 이어 붙인 것",
)
print(targets[0].round(2))

# ---------------------------------------------------------------------- does it help?

lesson.say(
    en="""
    ## 7. Does it help?

    100 scanned digits, all of them upright and in the middle, to learn from. Once the same 100 in
    every epoch, once turned and shifted anew each time. They are tested with 1,000 other scans, and
    with the same 1,000 as a hand would hold the camera: turned and shifted. On the scans it
    even costs a little; on the photographs it gains very much. Augment by what really happens.
    """,
    ko="""
    ## 7. 도움이 될까요?

    똑바로, 한가운데에 놓고 스캔한 숫자 100장으로 배웁니다. 한 번은 에폭마다 똑같은 100장을, 한 번은
    매번 새로 돌리고 옮긴 100장을 보여 줍니다. 시험은 다른 스캔 1,000장과, 손으로 들고 찍은 것처럼
    같은 1,000장을 돌리고 옮긴 것으로 봅니다. 스캔에서는 오히려 조금 나빠지지만 사진에서는
    크게 좋아집니다. 실제로 일어나는 변화로 증강하세요.
    """,
)

lesson.predict(
    en="""
    Trained on 100 upright digits, once as they are and once turned and shifted anew in each epoch.
    Which is better on other scans, and which on pictures that are turned and shifted?
    """,
    ko="""
    똑바로 놓인 숫자 100장으로, 한 번은 그대로, 한 번은 에폭마다 새로 돌리고 옮겨서 학습합니다.
    다른 스캔에서는 어느 쪽이, 돌리고 옮긴 사진에서는 어느 쪽이 나을까요?
    """,
)

order = np.random.default_rng(0).permutation(len(images))
images, labels = images[order], labels[order]
few_x, few_y, test_x, test_y = images[:100], labels[:100], images[797:], labels[797:]
photographed = T.Compose([T.Rotate(15), T.Translate(0.12)], seed=9)(test_x)


def accuracy(model, x, y):
    """The share of digits that a model gets right."""
    with autograd.no_grad():
        return float((model(x).argmax(axis=1).numpy() == y).mean())


reached = {}
for name, change in (
    (lesson.text(en="the same 100", ko="같은 100장"), None),
    (lesson.text(en="augmented", ko="증강"), T.Compose([T.Rotate(12), T.Translate(0.1)], seed=0)),
):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(100):
        x = few_x if change is None else change(few_x)
        for start in range(0, 100, 50):
            batch = slice(start, start + 50)
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), few_y[batch]).backward()
            optimizer.step()
    scans, photographs = accuracy(model, test_x, test_y), accuracy(model, photographed, test_y)
    reached[change is not None] = scans, photographs
    print(f"{name}: {scans:.1%}, {photographs:.1%}")

# ---------------------------------------------------------------------- adversarial noise

lesson.say(
    en="""
    ## 8. A warning: the gradient with respect to the *input*

    Backpropagation gives $∂loss/∂w$ to make the network better. It gives ∂loss/∂**x** just as
    well: how each *pixel* should change to make the answer **worse**. One step of size ε along its
    sign,

    $x' = x + ε sign(∂loss/∂x)$,

    changes no pixel by more than ε, and yet the network errs. This is the **fast gradient sign
    method** (Goodfellow and others, 2015), and three lines make the attack.
    """,
    ko="""
    ## 8. 경고: *입력*에 대한 기울기

    오차역전파는 신경망을 더 좋게 만드는 $∂loss/∂w$를 줍니다. 마찬가지로 ∂loss/∂**x**도 줍니다.
    답이 **더 틀리려면** *픽셀*이 어떻게 바뀌어야 하는지를 알려 주는 값입니다. 그 부호를 따라 ε만큼
    옮기면

    $x' = x + ε sign(∂loss/∂x)$

    어느 픽셀도 ε보다 많이 바뀌지 않는데 신경망은 틀립니다. **FGSM**(빠른 기울기 부호 방법,
    Goodfellow 외, 2015)이라고 하며, 공격은 세 줄이면 됩니다.
    """,
)

model.eval()
x = Tensor(test_x, requires_grad=True)  # the input is the variable now
nn.functional.cross_entropy(model(x), test_y).backward()
direction = np.sign(x.grad.data)

attacked = {}
for epsilon in (0.0, 0.05, 0.1, 0.2, 0.3):
    attacked[epsilon] = accuracy(
        model, (test_x + np.float32(epsilon) * direction).clip(0, 1), test_y
    )
    print(f"ε = {epsilon:4}: {attacked[epsilon]:.1%}")
adversarial = (test_x + np.float32(0.2) * direction).clip(0, 1)
noisy = test_x + np.float32(0.2) * np.sign(np.random.default_rng(0).normal(size=test_x.shape))
random_noise = accuracy(model, noisy.clip(0, 1).astype(np.float32), test_y)
lesson.show(
    en=f"random noise of the same size: {random_noise:.1%}",
    ko=f"같은 크기의 무작위 잡음: {random_noise:.1%}",
)
library = fgsm(model, test_x, test_y, 0.2)

with autograd.no_grad():
    before, after = (model(each).argmax(axis=1).numpy() for each in (test_x, adversarial))
fooled = np.flatnonzero((before == test_y) & (after != test_y))[:6]
figure = Figure((7.2, 4), layout="constrained")
for column, axes in zip(fooled, figure.subplots(3, 6).T, strict=True):
    pictures = (test_x[column, 0], direction[column, 0], adversarial[column, 0])
    words = (str(before[column]), "sign(∂loss/∂x)", str(after[column]))
    for place, picture, title, low in zip(axes, pictures, words, (0, -1, 0), strict=True):
        place.imshow(picture, cmap="gray_r", vmin=low, vmax=1)
        place.set_title(title, fontsize=8)
        place.set_axis_off()
lesson.figure(
    "adversarial",
    figure,
    en="Digits, the sign of the gradient, and what the network takes the attacked digits for",
    ko="숫자, 기울기의 부호, 그리고 공격당한 숫자에 대한 신경망의 답",
)

# ---------------------------------------------------------------------- mistakes

lesson.say(
    en="""
    ## 9. Mistakes, and what they say

    Bytes from 0 to 255; channels last, as image files have them; a cut larger than the picture.
    """,
    ko="""
    ## 9. 흔한 실수와 오류 메시지

    0에서 255까지의 바이트, 이미지 파일처럼 채널이 마지막에 있는 배열, 사진보다 큰 자르기.
    """,
)

with lesson.mistake(ValueError):
    T.Rotate(10)(np.moveaxis(pixels, -1, 0))
with lesson.mistake(ValueError):
    T.Rotate(10)(pixels / 255)
with lesson.mistake(ValueError):
    T.RandomCrop((224, 224))(photo)

lesson.end(
    pytorch="""
    augment = torchvision.transforms.Compose([
        torchvision.transforms.RandomRotation(12),
        torchvision.transforms.RandomAffine(0, translate=(0.1, 0.1), scale=(0.85, 1.15)),
    ])
    x.requires_grad_()
    nn.functional.cross_entropy(model(x), t).backward()
    attacked = (x + epsilon * x.grad.sign()).clamp(0, 1)
    """,
    en="""
    1. Augmentation teaches what does not matter.
    2. It helps where the changes are those of the real world, and can hurt elsewhere.
    3. The gradient with respect to the input shows how little it takes to fool a network.

    Read on: I. Goodfellow, J. Shlens, C. Szegedy, *Explaining and harnessing adversarial examples*
    (2015); the lesson `convolution`.
    """,
    ko="""
    1. 데이터 증강은 무엇이 중요하지 않은지를 가르칩니다.
    2. 실제로 일어나는 변화일 때 도움이 되고, 그렇지 않으면 해로울 수 있습니다.
    3. 입력에 대한 기울기는 신경망을 속이는 데 얼마나 작은 변화면 되는지 보여 줍니다.

    더 읽을거리: I. Goodfellow, J. Shlens, C. Szegedy, *Explaining and harnessing adversarial
    examples* (2015). 강의 `convolution`.
    """,
)
