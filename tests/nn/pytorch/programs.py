"""Programs as PyTorch users write them; `lib` has the modules of the one library or the other."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.nn.pytorch.twin import normal


def whole(high: int, *shape: int, low: int = 0) -> np.ndarray:
    return np.random.default_rng(3).integers(low, high, shape)


def mnist(lib):
    nn, F = lib.nn, lib.F

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 4, 3, 1)
            self.conv2 = nn.Conv2d(4, 6, 3, 1)
            self.dropout1 = nn.Dropout(0.0)
            self.fc1 = nn.Linear(6 * 16, 8)
            self.fc2 = nn.Linear(8, 10)

        def forward(self, x):
            x = F.relu(self.conv1(x))
            x = F.relu(self.conv2(x))
            x = F.max_pool2d(x, 2)
            x = self.dropout1(x)
            x = x.reshape(len(x), -1)
            x = F.relu(self.fc1(x))
            return F.log_softmax(self.fc2(x), dim=1)

    model = Net()
    images, digits = normal(5, 1, 12, 12), whole(10, 5)
    return (
        model,
        lambda x, y: F.nll_loss(model(x), y),
        (images, digits),
        partial(lib.optim.Adadelta, lr=1.0),
    )


def dcgan(lib):
    nn = lib.nn

    def weights_init(module):
        name = module.__class__.__name__
        if name.find("Conv") != -1:
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif name.find("BatchNorm") != -1:
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.constant_(module.bias, 0)

    generator = nn.Sequential(
        nn.ConvTranspose2d(5, 8, 4, 1, 0, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.ConvTranspose2d(4, 1, 4, 2, 1, bias=False),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, 4, 4, 2, 1, bias=False),
        nn.LeakyReLU(0.2),
        nn.Conv2d(4, 8, 4, 2, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.LeakyReLU(0.2),
        nn.Conv2d(8, 1, 4, 1, 0, bias=False),
        nn.Sigmoid(),
    )
    model = nn.ModuleDict({"generator": generator, "discriminator": discriminator})
    model.apply(weights_init)
    criterion = nn.BCELoss()

    def loss(real, noise):
        fake = generator(noise)
        on_real = discriminator(real).reshape(-1)
        on_fake = discriminator(fake.detach()).reshape(-1)
        critic = criterion(on_real, lib.array.ones_like(on_real)) + criterion(
            on_fake, lib.array.zeros_like(on_fake)
        )
        fooled = discriminator(fake).reshape(-1)
        return critic + criterion(fooled, lib.array.ones_like(fooled))

    data = np.tanh(normal(3, 1, 16, 16)), normal(3, 5, 1, 1, seed=1)
    adam = partial(lib.optim.Adam, lr=0.0002, betas=(0.5, 0.999))
    return model, loss, data, adam


def translation(lib):
    nn, F, array = lib.nn, lib.F, lib.array

    class Encoder(nn.Module):
        def __init__(self, words, hidden):
            super().__init__()
            self.embedding = nn.Embedding(words, hidden)
            self.gru = nn.GRU(hidden, hidden, batch_first=True)

        def forward(self, words):
            return self.gru(self.embedding(words))

    class Attention(nn.Module):
        def __init__(self, hidden):
            super().__init__()
            self.Wa = nn.Linear(hidden, hidden)
            self.Ua = nn.Linear(hidden, hidden)
            self.Va = nn.Linear(hidden, 1)

        def forward(self, query, keys):
            scores = self.Va(array.tanh(self.Wa(query) + self.Ua(keys)))
            weights = F.softmax(scores.squeeze(2)[:, None], dim=-1)
            return weights @ keys, weights

    class Decoder(nn.Module):
        def __init__(self, hidden, words):
            super().__init__()
            self.embedding = nn.Embedding(words, hidden)
            self.attention = Attention(hidden)
            self.gru = nn.GRU(2 * hidden, hidden, batch_first=True)
            self.out = nn.Linear(hidden, words)

        def forward(self, states, hidden, target):
            outputs = []
            for step in range(target.shape[1]):
                word = self.embedding(target[:, step : step + 1])
                context, _ = self.attention(hidden.swapaxes(0, 1), states)
                inputs = array.concatenate((word, context), axis=2)
                output, hidden = self.gru(inputs, hidden)
                outputs.append(self.out(output))
            return F.log_softmax(array.concatenate(outputs, axis=1), dim=-1)

    class Seq2Seq(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder(9, 4)
            self.decoder = Decoder(4, 7)

        def forward(self, source, target):
            states, hidden = self.encoder(source)
            return self.decoder(states, hidden, target)

    model = Seq2Seq()
    criterion = nn.NLLLoss()

    def loss(source, target):
        scores = model(source, target)
        return criterion(scores.reshape(-1, scores.shape[-1]), target.reshape(-1))

    data = whole(9, 3, 5), whole(7, 3, 4)
    return model, loss, data, partial(lib.optim.Adam, lr=0.01)


def text_classifier(lib):
    nn, array = lib.nn, lib.array

    class Classifier(nn.Module):
        def __init__(self, words=11, width=8, classes=3):
            super().__init__()
            self.embedding = nn.Embedding(words, width, padding_idx=0)
            layer = nn.TransformerEncoderLayer(
                d_model=width, nhead=2, dim_feedforward=16, dropout=0.0, batch_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, num_layers=2, norm=nn.LayerNorm(width))
            self.head = nn.Linear(width, classes)

        def forward(self, words):
            padded = words == 0
            hidden = self.encoder(self.embedding(words), src_key_padding_mask=padded)
            kept = (~padded)[:, :, None]
            mean = array.where(kept, hidden, 0.0).sum(1) / kept.sum(1)
            return self.head(mean)

    model = Classifier()
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    words = whole(11, 4, 6, low=1)
    words[0, 4:] = 0
    words[2, 2:] = 0
    adam = partial(lib.optim.AdamW, lr=1e-2, weight_decay=0.05)
    return model, lambda x, y: criterion(model(x), y), (words, whole(3, 4)), adam


def causal_decoder(lib):
    nn, array = lib.nn, lib.array

    class Translator(nn.Module):
        def __init__(self, words=9, width=8):
            super().__init__()
            self.source = nn.Embedding(words, width)
            self.target = nn.Embedding(words, width)
            self.position = nn.Parameter(array.zeros((1, 16, width)))
            self.transformer = nn.Transformer(
                width, nhead=2, num_encoder_layers=1, num_decoder_layers=2, dim_feedforward=12,
                dropout=0.0, activation="gelu", batch_first=True, norm_first=True,
            )  # fmt: skip
            self.generator = nn.Linear(width, words)

        def forward(self, source, target, padded):
            mask = self.transformer.generate_square_subsequent_mask(target.shape[1])
            hidden = self.transformer(
                self.source(source) + self.position[:, : source.shape[1]],
                self.target(target) + self.position[:, : target.shape[1]],
                tgt_mask=mask,
                src_key_padding_mask=padded,
                memory_key_padding_mask=padded,
            )
            return self.generator(hidden)

    model = Translator()
    criterion = nn.CrossEntropyLoss(ignore_index=8)
    target = whole(9, 3, 6)
    padded = np.zeros((3, 5), bool)
    padded[1, 3:] = True

    def loss(source, target, padded):
        scores = model(source, target[:, :-1], padded)
        return criterion(scores.reshape(-1, 9), target[:, 1:].reshape(-1))

    return (
        model,
        loss,
        (whole(9, 3, 5), target, padded),
        partial(lib.optim.Adam, lr=2e-3, amsgrad=True),
    )


def residual(lib):
    nn = lib.nn

    def conv3x3(inputs, outputs, stride=1):
        return nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)

    class BasicBlock(nn.Module):
        expansion = 1

        def __init__(self, inplanes, planes, stride=1, downsample=None):
            super().__init__()
            self.conv1 = conv3x3(inplanes, planes, stride)
            self.bn1 = nn.BatchNorm2d(planes)
            self.relu = nn.ReLU()
            self.conv2 = conv3x3(planes, planes)
            self.bn2 = nn.BatchNorm2d(planes)
            self.downsample = downsample
            self.stride = stride

        def forward(self, x):
            identity = x
            out = self.bn1(self.conv1(x))
            out = self.relu(out)
            out = self.bn2(self.conv2(out))
            if self.downsample is not None:
                identity = self.downsample(x)
            out += identity
            return self.relu(out)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            shortcut = nn.Sequential(nn.Conv2d(3, 6, 1, 2, bias=False), nn.BatchNorm2d(6))
            self.layer1 = nn.Sequential(BasicBlock(3, 3))
            self.layer2 = nn.Sequential(BasicBlock(3, 6, 2, shortcut), BasicBlock(6, 6))
            self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
            self.fc = nn.Linear(6, 4)
            for m in self.modules():
                if isinstance(m, nn.Conv2d):
                    nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                    nn.init.constant_(m.weight, 1)
                    nn.init.constant_(m.bias, 0)

        def forward(self, x):
            return self.fc(self.avgpool(self.layer2(self.layer1(x))).squeeze((2, 3)))

    model = Net()
    criterion = nn.CrossEntropyLoss()
    sgd = partial(lib.optim.SGD, lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True)
    return (
        model,
        lambda x, y: criterion(model(x), y),
        (normal(4, 3, 8, 8), whole(4, 4)),
        sgd,
    )


def variational(lib):
    nn, F, array = lib.nn, lib.F, lib.array

    class VAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(12, 8)
            self.fc21 = nn.Linear(8, 2)
            self.fc22 = nn.Linear(8, 2)
            self.fc3 = nn.Linear(2, 8)
            self.fc4 = nn.Linear(8, 12)

        def forward(self, x, eps):
            h1 = F.relu(self.fc1(x.reshape(-1, 12)))
            mu, logvar = self.fc21(h1), self.fc22(h1)
            z = mu + eps * array.exp(0.5 * logvar)
            return array.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar

    model = VAE()

    def loss(x, eps):
        recon_x, mu, logvar = model(x, eps)
        bce = F.binary_cross_entropy(recon_x, x.reshape(-1, 12), reduction="sum")
        kld = -0.5 * array.sum(1 + logvar - mu**2 - logvar.exp())
        return bce + kld

    data = np.random.default_rng(0).random((5, 3, 4)), normal(5, 2)
    return model, loss, data, partial(lib.optim.Adam, lr=1e-3)


def u_net(lib):
    nn, F, array = lib.nn, lib.F, lib.array

    class DoubleConv(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            self.double_conv = nn.Sequential(
                nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.Conv2d(outputs, outputs, kernel_size=3, padding=1, padding_mode="reflect"),
                nn.InstanceNorm2d(outputs, affine=True),
                nn.SiLU(),
            )

        def forward(self, x):
            return self.double_conv(x)

    class Up(nn.Module):
        def __init__(self, inputs, outputs, bilinear):
            super().__init__()
            if bilinear:
                self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            else:
                self.up = nn.ConvTranspose2d(inputs // 2, inputs // 2, kernel_size=2, stride=2)
            self.conv = DoubleConv(inputs, outputs)

        def forward(self, x1, x2):
            x1 = self.up(x1)
            rows, columns = x2.shape[2] - x1.shape[2], x2.shape[3] - x1.shape[3]
            around = [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2]
            x1 = F.pad(x1, around)
            return self.conv(array.concatenate([x2, x1], axis=1))

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.inc = DoubleConv(2, 4)
            self.down1 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(4, 8))
            self.down2 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(8, 8))
            self.up1 = Up(16, 4, bilinear=True)
            self.up2 = Up(8, 4, bilinear=False)
            self.outc = nn.Conv2d(4, 3, kernel_size=1)

        def forward(self, x):
            x1 = self.inc(x)
            x2 = self.down1(x1)
            x3 = self.down2(x2)
            return self.outc(self.up2(self.up1(x3, x2), x1))

    model = UNet()
    criterion = nn.CrossEntropyLoss(weight=lib.tensor(np.array([1.0, 2.0, 0.5])))
    rmsprop = partial(lib.optim.RMSprop, lr=1e-3, weight_decay=1e-8, momentum=0.9)
    return (
        model,
        lambda x, y: criterion(model(x), y),
        (normal(2, 2, 9, 10), whole(3, 2, 9, 10)),
        rmsprop,
    )


def word_vectors(lib):
    nn, F = lib.nn, lib.F

    class CBOW(nn.Module):
        def __init__(self, words=12, width=5):
            super().__init__()
            self.embeddings = nn.Embedding(words, width)
            self.linear1 = nn.Linear(width, 8)
            self.linear2 = nn.Linear(8, words)

        def forward(self, context):
            total = self.embeddings(context).sum(1)
            return F.log_softmax(self.linear2(F.relu(self.linear1(total))), dim=-1)

    model = CBOW()
    criterion = nn.NLLLoss()
    adagrad = partial(lib.optim.Adagrad, lr=0.1)
    return (
        model,
        lambda x, y: criterion(model(x), y),
        (whole(12, 6, 4), whole(12, 6)),
        adagrad,
    )


def siamese(lib):
    nn, F = lib.nn, lib.F
    tower = nn.Sequential(
        nn.Linear(6, 8), nn.BatchNorm1d(8), nn.PReLU(), nn.Linear(8, 3), nn.Tanhshrink()
    )
    cosine = nn.CosineEmbeddingLoss(margin=0.3)
    triplet = nn.TripletMarginLoss(margin=1.0, p=2, swap=True)
    contrast = nn.MarginRankingLoss(0.2)

    def loss(one, two, three, same):
        a, b, c = tower(one), tower(two), tower(three)
        near, far = F.pairwise_distance(a, b), 1 - F.cosine_similarity(a, c, dim=1)
        return cosine(a, b, same) + triplet(a, b, c) + contrast(far, near, same)

    same = np.array([1.0, -1.0, -1.0, 1.0])
    data = *(normal(4, 6, seed=seed) for seed in range(3)), same
    return tower, loss, data, partial(lib.optim.RAdam, lr=0.01)


def style_transfer(lib):
    nn, F, array = lib.nn, lib.F, lib.array

    def gram_matrix(features):
        batch, channels, rows, columns = features.shape
        flat = features.reshape(batch * channels, rows * columns)
        return (flat @ flat.T) / (batch * channels * rows * columns)

    class Normalization(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            self.register_buffer("mean", lib.tensor(mean).reshape(-1, 1, 1))
            self.register_buffer("std", lib.tensor(std).reshape(-1, 1, 1), persistent=False)

        def forward(self, image):
            return (image - self.mean) / self.std

    class Picture(nn.Module):
        def __init__(self):
            super().__init__()
            self.pixels = nn.Parameter(array.zeros((1, 3, 6, 6)))
            self.body = nn.Sequential()
            self.body.add_module("norm", Normalization(np.full(3, 0.4), np.full(3, 0.2)))
            self.body.add_module("conv_1", nn.Conv2d(3, 4, 3, padding=1))
            self.body.add_module("relu_1", nn.ReLU())
            self.body.add_module("pool_1", nn.AvgPool2d(kernel_size=2, stride=2))
            self.body.add_module("conv_2", nn.Conv2d(4, 4, 3, padding=1))
            self.body.requires_grad_(False)

    model = Picture()

    def loss(content, style):
        total = 0.0
        x, like, with_style = model.pixels, content, style
        for name, layer in model.body.named_children():
            x, like, with_style = layer(x), layer(like), layer(with_style)
            if name.startswith("conv"):
                total = total + 10 * F.mse_loss(gram_matrix(x), gram_matrix(with_style).detach())
                total = total + F.mse_loss(x, like.detach())
        return total

    data = np.random.default_rng(0).random((2, 1, 3, 6, 6))
    return model, loss, tuple(data), partial(lib.optim.LBFGS, max_iter=5)


def tied_language_model(lib):
    nn, F = lib.nn, lib.F

    class RNNModel(nn.Module):
        def __init__(self, words=10, width=6, layers=2):
            super().__init__()
            self.drop = nn.Dropout(0.0)
            self.encoder = nn.Embedding(words, width)
            self.rnn = nn.LSTM(width, width, layers, dropout=0.0)
            self.decoder = nn.Linear(width, words)
            self.decoder.weight = self.encoder.weight
            nn.init.uniform_(self.encoder.weight, -0.1, 0.1)
            nn.init.zeros_(self.decoder.bias)

        def forward(self, words, hidden=None):
            output, hidden = self.rnn(self.drop(self.encoder(words)), hidden)
            decoded = self.decoder(self.drop(output)).reshape(-1, 10)
            return F.log_softmax(decoded, dim=1), hidden

    model = RNNModel()

    def loss(first, second):
        scores, hidden = model(first[:-1])
        hidden = tuple(each.detach() for each in hidden)
        more, _ = model(second[:-1], hidden)
        return F.nll_loss(scores, first[1:].reshape(-1)) + F.nll_loss(more, second[1:].reshape(-1))

    def clipped(*data):
        total = loss(*data)
        total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        return total

    clipped.has_gone_backward = True
    data = whole(10, 6, 3), whole(10, 5, 3)
    return model, clipped, data, partial(lib.optim.SGD, lr=1.0)


def tagger(lib):
    nn, F = lib.nn, lib.F

    class LSTMTagger(nn.Module):
        def __init__(self, words=9, width=4, hidden=5, tags=3):
            super().__init__()
            self.word_embeddings = nn.Embedding(words, width, padding_idx=0)
            self.lstm = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
            self.hidden2tag = nn.Linear(2 * hidden, tags)

        def forward(self, sentences):
            hidden, _ = self.lstm(self.word_embeddings(sentences))
            return self.hidden2tag(hidden)

    model = LSTMTagger()

    def loss(sentences, tags, real):
        scores = model(sentences).swapaxes(1, 2)  # classes are the second axis
        each = F.cross_entropy(scores, tags, reduction="none", ignore_index=-1)
        return (each * real).sum() / real.sum() + F.cross_entropy(scores, tags, ignore_index=-1)

    words, tags = whole(9, 3, 6, low=1), whole(3, 3, 6)
    words[1, 4:], tags[1, 4:] = 0, -1
    words[2, 1:], tags[2, 1:] = 0, -1
    adamax = partial(lib.optim.Adamax, lr=0.02)
    return model, loss, (words, tags, (words > 0).astype(float)), adamax


PROGRAMS = [
    mnist, dcgan, translation, text_classifier, causal_decoder, residual, variational, u_net,
    word_vectors, siamese, style_transfer, tied_language_model, tagger,
]  # fmt: skip
