"""Convolutional networks: windows that slide over pictures, from four numbers to ResNet.

    python -m examples.course.convolution --lang en

Read it top to bottom. The small examples are there to be done by hand with a pencil.
"""

import contextlib
import copy

import matplotlib.cbook
import matplotlib.image
import numpy as np
from matplotlib.figure import Figure

import autograd
import nn
import viz
from autograd import Tensor
from examples.course.lesson import Lesson
from nn import functional as F
from nn.datasets import digits, fashion_mnist
from nn.models import AlexNet, LeNet5, cifar_resnet20, freeze, replace_head
from nn.train import summary
from nn.train.plots import filters

lesson = Lesson("convolution", en="Convolutional networks", ko="합성곱 신경망")
autograd.manual_seed(0)

lesson.begin(
    minutes=55,
    needs=("overfitting",),
    en="""
    After this lesson you can

    - convolve and pool by hand, and count sizes and parameters,
    - train LeNet, and say what AlexNet, VGG and ResNet added,
    - reuse a trained network for a new question with twenty examples.

    Cut a photograph of a cat into pixels, shuffle them, and nobody can see the cat. An affine
    layer can: to it both are the same, for it does not know that pixels have neighbours. A
    convolution knows, and it knows something else: an edge is an edge wherever it is. A picture of
    28 x 28 flattened into 784 numbers has lost both. (A filter is a magnifier with a fixed
    opinion: it is moved over the picture and says everywhere how much it likes what it sees.)
    """,
    ko="""
    이 강의를 마치면

    - 합성곱과 풀링을 손으로 하고, 크기와 매개변수 수를 셀 수 있습니다.
    - LeNet을 학습하고, AlexNet, VGG, ResNet이 무엇을 더했는지 설명할 수 있습니다.
    - 학습된 신경망을 데이터 스무 장으로 새로운 질문에 다시 쓸 수 있습니다.

    고양이 사진을 픽셀로 잘라 뒤섞으면 아무도 고양이를 알아볼 수 없습니다. 어파인 층에게는 둘이
    똑같습니다. 픽셀에 이웃이 있다는 것을 모르기 때문입니다. 합성곱은 그것을 알고, 한 가지를 더
    압니다. 윤곽선은 어디에 있든 윤곽선입니다. 28 x 28 사진을 784개의 수로 펼치면 이 둘을 모두
    잃습니다. (필터는 고집 있는 돋보기입니다. 사진 위를 옮겨 다니며 보이는 것이 얼마나 마음에
    드는지 말합니다.)
    """,
)

lesson.say(
    en="""
    ## 1. Convolution, by hand

    Lay the filter on a window of the picture, multiply what lies on top of each other, add it all
    up: one number of the result. Move on by one pixel (the **stride**) and repeat. Of a 4 x 4
    picture and a 3 x 3 filter there are 2 x 2 windows. With a border of zeros around the picture
    (**padding** 1) there are 4 x 4. In general

    $output = (input + 2 · padding - filter) / stride + 1$, rounded down.
    """,
    ko="""
    ## 1. 손으로 하는 합성곱

    필터를 입력의 한 구역(윈도)에 겹쳐 놓고, 겹친 수끼리 곱해서 모두 더하면 출력의 수 하나가 됩니다.
    한 픽셀(**스트라이드**) 옮겨서 되풀이합니다. 4 x 4 입력과 3 x 3 필터라면 윈도는 2 x 2개입니다.
    입력 둘레를 0으로 두르면(**패딩** 1) 4 x 4개가 됩니다. 일반적으로

    $출력 = (입력 + 2 · 패딩 - 필터) / 스트라이드 + 1$ (소수점 아래는 버림).
    """,
)

picture = np.array([[1.0, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]])
kernel = np.array([[2.0, 0, 1], [0, 1, 2], [1, 0, 2]])


def convolve(picture, kernel, padding=0, stride=1):
    """The same in two loops; the library does it with one matrix product."""
    padded = np.pad(picture, padding)
    height, width = kernel.shape
    rows = (padded.shape[0] - height) // stride + 1
    columns = (padded.shape[1] - width) // stride + 1
    result = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = padded[i * stride : i * stride + height, j * stride : j * stride + width]
            result[i, j] = (window * kernel).sum()
    return result


def as_batch(array):
    """(height, width) as (batch 1, channels 1, height, width)."""
    return np.asarray(array)[np.newaxis, np.newaxis]


lesson.predict(
    en="""
    Do it with a pencil first: the 4 x 4 picture, the 3 x 3 filter, stride 1, without padding.
    Which four numbers come out?
    """,
    ko="""
    먼저 연필로 해 보세요. 4 x 4 입력, 3 x 3 필터, 스트라이드 1, 패딩 없음. 어떤 수 네 개가
    나올까요?
    """,
)

plain, padded = convolve(picture, kernel), convolve(picture, kernel, padding=1)
library_plain = F.conv2d(as_batch(picture), as_batch(kernel))[0, 0]
library_padded = F.conv2d(as_batch(picture), as_batch(kernel), padding=1)[0, 0]
lesson.show(en="without padding:", ko="패딩이 없을 때:")
print(plain)
lesson.show(en="with padding 1:", ko="패딩이 1일 때:")
print(padded)

x, w = Tensor(as_batch(picture), name="X"), Tensor(as_batch(kernel), requires_grad=True, name="W")
y = autograd.conv(x, w)
y.name = "Y"
loss = y.sum()
loss.name = "L"
loss.backward()
lesson.figure(
    "printed_example",
    viz.draw(loss, "dlfs", lang=lesson.lang),
    en="A filter's gradient: the sum of all windows, each times what arrives",
    ko="필터의 기울기: 윈도마다 받은 값을 곱해 모두 더한 것",
)

lesson.say(
    en="""
    **Several channels.** A colour picture has three, a hidden layer perhaps 64. A filter has as
    many channels as its input; all of them are added into *one* **feature map**. A layer has many
    filters, and gives as many maps: (batch, channels, height, width) becomes (batch, filters,
    height', width').
    """,
    ko="""
    **채널이 여러 개일 때.** 컬러 사진의 채널은 셋, 은닉층의 채널은 이를테면 64개입니다. 필터의 채널
    수는 입력과 같고, 채널마다의 결과를 모두 더해 **특징 맵** *하나*를 만듭니다. 층에는 필터가 여러
    개 있고 그 수만큼 특징 맵이 나옵니다. (배치, 채널, 높이, 너비)가 (배치, 필터 수, 높이', 너비')가
    됩니다.
    """,
)

generator = np.random.default_rng(0)
colour, bank = generator.normal(size=(3, 4, 4)), generator.normal(size=(5, 3, 3, 3))
maps = F.conv2d(colour[np.newaxis], bank)
channel_by_channel = sum(convolve(colour[c], bank[0, c]) for c in range(3))
print((1, *colour.shape), "*", bank.shape, "->", maps.shape)

# ---------------------------------------------------------------------- pooling

lesson.say(
    en="""
    ## 2. Pooling

    A window of 2 x 2 becomes its largest number (**max**), or its mean (**average**); the map
    becomes half as wide and half as high. There is nothing to learn, and every channel is pooled
    on its own. (Do it by hand: the average of the last block is sometimes printed as 18, but it is
    $(37 + 7 + 22 + 12) / 4 = 19.5$.)

    Backwards, max pooling hands the gradient to the winner alone; average pooling gives everyone
    the same share.
    """,
    ko="""
    ## 2. 풀링

    2 x 2 윈도를 가장 큰 수 하나로(**최대 풀링**), 또는 평균으로(**평균 풀링**) 바꿉니다. 특징 맵의
    너비와 높이가 반이 됩니다. 학습할 매개변수가 없고 채널마다 따로 계산합니다. (직접 계산해 보세요.
    마지막 구역의 평균을 18이라고 인쇄한 강의 자료가 있지만 $(37 + 7 + 22 + 12) / 4 = 19.5$입니다.)

    역전파에서 최대 풀링은 가장 컸던 자리에만 기울기를 넘기고, 평균 풀링은 모두에게 똑같이 나누어
    줍니다.
    """,
)

block = [[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 7], [112, 100, 22, 12]]
x = Tensor(as_batch(block), requires_grad=True, name="X")
largest = F.max_pool2d(x, 2)
largest.sum().backward()
max_gradient = x.grad.data[0, 0]
x.grad = None
average = F.avg_pool2d(x, 2)
average.sum().backward()
average_gradient = x.grad.data[0, 0]
for label, array in (
    (lesson.text(en="max:", ko="최대 풀링:"), largest.data[0, 0]),
    (lesson.text(en="average:", ko="평균 풀링:"), average.data[0, 0]),
    (lesson.text(en="gradient of the max:", ko="최대 풀링의 기울기:"), max_gradient),
    (lesson.text(en="gradient of the average:", ko="평균 풀링의 기울기:"), average_gradient),
):
    print(label, array, sep="\n")

# ---------------------------------------------------------------------- filters on a photograph

lesson.say(
    en="""
    ## 3. What a filter sees

    Filters that people designed, long before networks learned them: an upright edge, a level edge,
    a blur, fine details. Bright is where the filter answers strongly. A map is a picture of *where*
    something is.
    """,
    ko="""
    ## 3. 필터가 보는 것

    신경망이 필터를 학습하기 훨씬 전부터 사람이 설계해 온 필터들입니다. 세로 윤곽, 가로 윤곽,
    흐림, 세부. 필터가 강하게 반응하는 곳이 밝습니다. 특징 맵은 무엇이 *어디에* 있는지를 그린
    그림입니다.
    """,
)

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    photo = matplotlib.image.imread(file, format="jpg").mean(axis=2) / 255
photo = photo.reshape(150, 4, 128, 4).mean(axis=(1, 3))
designed = np.array(
    [
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        np.ones((3, 3)) / 9,
        [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
    ]
)
answers = F.conv2d(as_batch(photo), designed[:, np.newaxis])
figure = Figure((9, 2.4), layout="constrained")
titles = (
    lesson.text(en="photograph", ko="사진"),
    lesson.text(en="upright edges", ko="세로 윤곽"),
    lesson.text(en="level edges", ko="가로 윤곽"),
    lesson.text(en="blur", ko="흐림"),
    lesson.text(en="details", ko="세부"),
)
shown = [photo, *(np.abs(each) for each in answers[0])]
for axes, title, each in zip(figure.subplots(1, 5), titles, shown, strict=True):
    axes.imshow(each, cmap="gray")
    axes.set_title(title, fontsize=9)
    axes.set_axis_off()
lesson.figure("photo", figure, en="Four designed filters", ko="사람이 설계한 네 필터")

# ---------------------------------------------------------------------- LeNet

lesson.say(
    en="""
    ## 4. LeNet-5: the filters are learned

    Two convolutions, each followed by pooling, then three affine layers: 61,706 parameters, most of
    them in the affine part. LeNet wants 28 x 28 pixels, as MNIST has them; the digits that come
    with the library (8 x 8) are enlarged.

    Where Fashion-MNIST is on this computer, LeNet also learns clothes: 2,000 of them, twice over.
    With all 60,000, six times over, it reaches 89 % in a few minutes.
    (`nn.datasets.mnist(fetch=True)` and `nn.datasets.cifar10(fetch=True)` download the other two
    famous sets.)
    """,
    ko="""
    ## 4. LeNet-5: 필터를 학습하기

    합성곱과 풀링을 두 번 되풀이하고 어파인 층 셋을 잇습니다. 매개변수는 61,706개이고 대부분 어파인
    층에 있습니다. LeNet은 MNIST와 같은 28 x 28 픽셀을 받으므로, 라이브러리에 들어 있는 8 x 8
    손글씨 숫자를 키워서 넣습니다. (MNIST와 CIFAR-10은 `nn.datasets.mnist(fetch=True)`,
    `nn.datasets.cifar10(fetch=True)`로 받을 수 있습니다.)

    이 컴퓨터에 Fashion-MNIST가 있다면 옷도 배웁니다. 2,000장을 두 번 봅니다. 60,000장을 모두
    여섯 번 보면 몇 분 만에 89 %가 됩니다.
    """,
)


def train(model, x, y, epochs, lr=0.002, batch_size=50):
    """Adam on cross-entropy, for those parameters that are not frozen."""
    wanted = [p for p in model.parameters() if p.requires_grad]
    optimizer = nn.optim.Adam(wanted, lr=lr)
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            optimizer.zero_grad()
            F.cross_entropy(model(x[batch]), y[batch]).backward()
            optimizer.step()


def accuracy(model, x, y):
    """The share of images that a model gets right."""
    with autograd.no_grad():
        return float((model(x).argmax(axis=1).numpy() == y).mean())


images, labels = digits()
order = np.random.default_rng(0).permutation(len(images))
images, labels = images[order], labels[order]
large = F.interpolate(images[:1400], size=(28, 28), mode="bilinear")

lenet = LeNet5()
lenet_summary = summary(lenet, (1, 28, 28))
print(lenet_summary)
train(lenet, large[:900], labels[:900], epochs=4)
lenet_accuracy = accuracy(lenet, large[900:], labels[900:1400])
lesson.show(en=f"digits: {lenet_accuracy:.1%}", ko=f"손글씨 숫자: {lenet_accuracy:.1%}")

lesson.figure(
    "filters",
    filters(lenet.features[0].weight, columns=6),
    en="The six filters of the first layer",
    ko="첫 층의 필터 여섯 개",
)
activation = lenet.features[:2](large[:1])[0].detach()  # after tanh: (6, 28, 28)
lesson.figure(
    "maps",
    filters(np.concatenate([large[0], activation.numpy()]), columns=7),
    en="A digit, and the six feature maps of it",
    ko="숫자 하나와 그 특징 맵 여섯 장",
)

clothes = None
for folder in (None, "/usr/share/datasets/fashion-mnist"):  # the cache; Debian's package
    with contextlib.suppress(FileNotFoundError):
        clothes = clothes or fashion_mnist(folder, "test")
if clothes is None:
    lesson.show(
        en="(no Fashion-MNIST here: nn.datasets.fashion_mnist(fetch=True) downloads it)",
        ko="(Fashion-MNIST가 없습니다: nn.datasets.fashion_mnist(fetch=True)로 내려받으세요)",
    )
else:
    autograd.manual_seed(0)
    fashion_lenet = LeNet5()
    train(fashion_lenet, clothes[0][:2000], clothes[1][:2000], epochs=2)
    fashion_accuracy = accuracy(fashion_lenet, clothes[0][2000:3000], clothes[1][2000:3000])
    lesson.show(en=f"clothes: {fashion_accuracy:.1%}", ko=f"옷: {fashion_accuracy:.1%}")

# ---------------------------------------------------------------------- AlexNet, VGG

lesson.say(
    en="""
    ## 5. AlexNet and VGG

    AlexNet (2012) is LeNet's plan, larger: **ReLU** in place of tanh, **local response
    normalisation**, overlapping pooling, **dropout** in the affine layers. Below, how a picture of
    227 x 227 shrinks while the number of maps grows.

    VGG uses 3 x 3 filters only: two of them see 5 x 5 pixels and cost less. With C channels in and
    out, two layers have $2 · 9 C²$ weights, one layer of 5 x 5 has $25 C²$.
    """,
    ko="""
    ## 5. AlexNet과 VGG

    AlexNet(2012)은 LeNet과 같은 설계를 키운 것입니다. tanh 대신 **ReLU**, **국소 반응
    정규화(LRN)**, 겹치는 풀링, 어파인 층의 **드롭아웃**을 씁니다. 아래는 227 x 227 사진이
    작아지면서 특징 맵의 수가 늘어나는 모습입니다.

    VGG는 3 x 3 필터만 씁니다. 두 번 겹치면 5 x 5 픽셀을 보면서도 가중치 수와 계산량이 적습니다.
    입출력 채널이 C개일 때 두 층의 가중치는 $2 · 9 C²$개, 5 x 5 한 층의 가중치는 $25 C²$개입니다.
    """,
)

alexnet = AlexNet(classes=2, width=16).eval()  # the affine layers kept narrow: they cost memory
digit = np.pad(np.kron(large[:1], np.ones((1, 3, 8, 8))), [(0, 0), (0, 0), (2, 1), (2, 1)])
shapes = []
x = digit.astype(np.float32)
with autograd.no_grad():
    for layer in alexnet.features:
        x = layer(x)
        shapes.append((type(layer).__name__, x.shape[1:]))
with viz.record():
    scores = alexnet(digit.astype(np.float32))
lesson.figure(
    "alexnet",
    viz.draw(scores, "modules", lang=lesson.lang),
    en="AlexNet on a digit, before any training: shapes, parameters and the first maps",
    ko="학습하기 전의 AlexNet에 숫자를 넣은 모습: 형상, 매개변수, 처음 몇 개의 특징 맵",
)
print(*(f"{name:18} {shape}" for name, shape in shapes), sep="\n")
vgg_weights = (2 * 9 * 64**2, 25 * 64**2)
lesson.show(
    en=f"weights for C = 64: two layers of 3 x 3 {vgg_weights[0]:,}, 5 x 5 {vgg_weights[1]:,}",
    ko=f"C = 64일 때 가중치 수: 3 x 3 두 층 {vgg_weights[0]:,}, 5 x 5 한 층 {vgg_weights[1]:,}",
)

# ---------------------------------------------------------------------- ResNet

lesson.say(
    en="""
    ## 6. ResNet: $y = F(x) + x$

    Very deep networks learned worse than shallow ones: on the way back every layer shrinks the
    gradient a little, and the product of fifty small numbers is nothing. A **residual block** adds
    its input to its output. An add node passes the gradient on unchanged, so over the **skip path**
    it arrives **multiplied by 1**, whatever F does: $dy/dx = F'(x) + 1$.
    """,
    ko="""
    ## 6. ResNet: $y = F(x) + x$

    아주 깊은 신경망은 얕은 신경망보다 학습이 안 되었습니다. 역전파에서 층마다 기울기가 조금씩
    줄어들고, 작은 수를 쉰 번 곱하면 남는 것이 없기 때문입니다. **잔차 블록**은 입력을 출력에
    더합니다. 덧셈 노드는 기울기를 그대로 흘려보내므로, **지름길**(스킵 경로)을 지나온 기울기는
    F가 무엇이든 **1을 곱한 것**입니다: $dy/dx = F'(x) + 1$.
    """,
)

x = Tensor(2.0, requires_grad=True, name="x")
w1 = Tensor(0.1, requires_grad=True, name="w1")
w2 = Tensor(0.2, requires_grad=True, name="w2")
product = w1 * x
product.name = "w1 x"
inside = autograd.relu(product)
inside.name = "relu(w1 x)"
residual = w2 * inside
residual.name = "F(x)"
y = residual + x
y.name = "y"
y.backward()
skip = (x.grad.item(), 0.1 * 0.2 + 1)
print("dy/dx =", skip[0])
lesson.figure(
    "residual_block",
    viz.draw(y, "dlfs", lang=lesson.lang),
    en="A residual block: at x two gradients arrive and are added",
    ko="잔차 블록: x에 두 기울기가 도착해 더해집니다",
)

lesson.say(
    en="""
    30 layers, without and with the skip: how large is the gradient when it arrives at each layer,
    compared with the last one?
    """,
    ko="""
    30층 신경망에서 지름길이 없을 때와 있을 때, 각 층에 도착한 기울기는 마지막 층에 비해 얼마나
    클까요?
    """,
)


def gradient_sizes(skip):
    """The mean size of the gradient of each layer's weights, as a share of the last layer's."""
    autograd.manual_seed(0)
    layers = [nn.Linear(32, 32) for _ in range(30)]
    x = Tensor(np.random.default_rng(0).normal(size=(16, 32)).astype(np.float32))
    for layer in layers:
        x = autograd.relu(layer(x)) + x if skip else autograd.relu(layer(x))
    (x * x).mean().backward()
    sizes = np.array([np.abs(layer.weight.grad.data).mean() for layer in layers])
    return sizes / sizes[-1]


lesson.predict(
    en="""
    30 layers of 32 units. What share of the last layer's gradient arrives at the first, without
    and with skips?
    """,
    ko="""
    뉴런 32개인 층 30개입니다. 첫 층에는 마지막 층의 기울기 가운데 얼마가 도착할까요? 지름길이 없을
    때와 있을 때를 예상해 보세요.
    """,
)

deep, deep_residual = gradient_sizes(skip=False), gradient_sizes(skip=True)
figure = Figure((6, 3.6), layout="constrained")
axes = figure.subplots()
axes.semilogy(range(1, 31), deep, ".-", label="y = F(x)")
axes.semilogy(range(1, 31), deep_residual, ".-", label="y = F(x) + x")
axes.set_xlabel(lesson.text(en="layer", ko="층"))
axes.set_ylabel(
    lesson.text(en="gradient / that of the last layer", ko="기울기 / 마지막 층의 기울기")
)
axes.legend(frameon=False)
lesson.figure(
    "residual_gradients",
    figure,
    en="Gradients of 30 layers, without and with skips",
    ko="지름길이 없을 때와 있을 때의 30층 기울기",
)
print(f"y = F(x):     {deep[0]:.0e}\ny = F(x) + x: {deep_residual[0]:.2f}")
resnet_parameters = sum(p.size for p in cifar_resnet20().parameters())
print(f"ResNet-20: {resnet_parameters:,}")

# ---------------------------------------------------------------------- transfer

lesson.say(
    en="""
    ## 7. Transfer learning

    A new question: does the digit have a closed loop (0, 6, 8, 9) or not? There are labels for 20
    pictures only. The LeNet from above has never heard of loops, but its **body** knows strokes and
    curves. Keep the body, **freeze** it, and train a new last layer, the **head**, alone: 170 of
    60,000 parameters. Beside it the same LeNet trained from scratch on the same 20 pictures. Three
    rounds, each with 20 other pictures.

    With pictures of your own, two kinds of rock say, put them into one folder for each class:
    `nn.datasets.ImageFolder("rocks", size=(64, 64))`.
    """,
    ko="""
    ## 7. 전이 학습

    새로운 질문입니다. 숫자에 닫힌 고리가 있는가(0, 6, 8, 9), 없는가? 레이블은 20장에만 있습니다.
    위에서 학습한 LeNet은 고리를 배운 적이 없지만 그 **몸통**은 획과 곡선을 압니다. 몸통을 그대로
    두고 **동결**한 다음, 마지막 층인 **머리**만 새로 만들어 학습합니다. 매개변수 60,000여 개 가운데
    170개입니다. 옆의 수는 같은 20장으로 처음부터 학습한 LeNet입니다. 매번 다른 20장으로 세 번 해
    봅니다.

    두 가지 암석 사진처럼 직접 찍은 사진이 있다면 클래스마다 폴더 하나에 넣고
    `nn.datasets.ImageFolder("rocks", size=(64, 64))`로 읽으세요.
    """,
)

has_loop = np.isin(labels[:1400], (0, 6, 8, 9)).astype(np.int64)
transfer = []
for number in range(3):
    few = np.arange(900 + 20 * number, 920 + 20 * number)  # LeNet has not seen these
    others = np.setdiff1d(np.arange(900, 1400), few)
    autograd.manual_seed(number)
    body = freeze(copy.deepcopy(lenet))
    head = replace_head(body, 2)
    train(body, large[few], has_loop[few], epochs=40, lr=0.01)
    scratch = LeNet5(classes=2)
    train(scratch, large[few], has_loop[few], epochs=40)
    transfer.append([accuracy(each, large[others], has_loop[others]) for each in (body, scratch)])
    lesson.show(
        en=f"new head: {transfer[-1][0]:.1%}, from scratch: {transfer[-1][1]:.1%}",
        ko=f"새 머리: {transfer[-1][0]:.1%}, 처음부터: {transfer[-1][1]:.1%}",
    )
trainable = sum(p.size for p in body.parameters() if p.requires_grad)
total = sum(p.size for p in body.parameters())
lesson.show(
    en=f"trained: {trainable} of {total:,} parameters",
    ko=f"학습한 매개변수: {total:,}개 중 {trainable}개",
)

# ---------------------------------------------------------------------- mistakes

lesson.say(
    en="""
    ## 8. Mistakes, and what they say

    Channels last, as image files have them; an affine layer straight after a convolution; a wrong
    number of inputs after flattening; a picture that is too small for LeNet.
    """,
    ko="""
    ## 8. 흔한 실수와 오류 메시지

    이미지 파일처럼 채널이 마지막에 있는 배열, 합성곱 바로 뒤의 어파인 층, 펼친 다음의 잘못된 입력
    수, LeNet에는 너무 작은 그림.
    """,
)

with lesson.mistake(ValueError):
    nn.Conv2d(3, 8, 3)(np.zeros((1, 32, 32, 3), dtype=np.float32))
with lesson.mistake(ValueError):
    nn.Sequential(nn.Conv2d(1, 8, 3), nn.Linear(288, 10))(images[:4])
with lesson.mistake(ValueError):
    nn.Sequential(nn.Conv2d(1, 8, 3), nn.Flatten(), nn.Linear(512, 10))(images[:4])
with lesson.mistake(ValueError):
    lenet(images[:4])

lesson.end(
    pytorch="""
    lenet = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
                          nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
                          nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(),
                          nn.Linear(84, 10))
    for parameter in body.parameters():
        parameter.requires_grad_(False)        # frozen; then a new head
    """,
    en="""
    1. A convolution slides few weights over all places; pooling makes maps smaller.
    2. Skip paths pass the gradient on with the factor 1, so that depth no longer hurts.
    3. Trained bodies can be kept and frozen; a new head needs few examples.

    Read on: Y. LeCun and others (1998); K. He and others, *Deep residual learning* (2016); the
    lesson `recurrent`.
    """,
    ko="""
    1. 합성곱은 적은 가중치로 모든 곳을 훑고, 풀링은 특징 맵을 줄입니다.
    2. 지름길은 기울기를 1배로 넘겨서, 깊어도 해롭지 않게 합니다.
    3. 학습된 몸통은 동결해 다시 쓰고, 새 머리에는 적은 데이터면 됩니다.

    더 읽을거리: Y. LeCun 외 (1998). K. He 외, *Deep residual learning* (2016). 강의 `recurrent`.
    """,
)
