"""Programs of the kinds that courses show, written for PyTorch: only where names come from differs.

Each takes the modules it would import, and returns its first 20 losses. Weights and noise come from
NumPy's generator, so that they are the same in both libraries.
`python -m tests.nn.programs.programs` writes `losses.json`, in an environment that has PyTorch.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

LOSSES = Path(__file__).with_name("losses.json")
STEPS = 20


class Programs:
    """The programs, over the modules of either library."""

    def __init__(self, torch, nn, functional, optim):
        self.torch, self.nn, self.F, self.optim = torch, nn, functional, optim
        self.rng = np.random.default_rng(0)

    def given(self, model):
        """The model with weights from NumPy's generator."""
        rng = np.random.default_rng(1)
        with self.torch.no_grad():
            for p in model.parameters():
                width = 1 / math.sqrt(p[0].numel()) if p.dim() > 1 else 0.1
                p.copy_(self.torch.tensor(rng.uniform(-width, width, tuple(p.shape))))
        return model

    def noise(self, *shape):
        return self.torch.tensor(self.rng.standard_normal(shape)).float()

    def image_classifier(self):
        torch, nn, F = self.torch, self.nn, self.F

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 4, 3, 1)
                self.conv2 = nn.Conv2d(4, 8, 3, 1)
                self.fc = nn.Linear(8 * 4 * 4, 10)

            def forward(self, x):
                x = F.relu(self.conv1(x))
                x = F.max_pool2d(F.relu(self.conv2(x), inplace=True), 2)
                x = torch.flatten(x, 1)
                return F.log_softmax(self.fc(x), dim=1)

        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        model = self.given(Net()).to(device)
        optimizer = self.optim.Adadelta(model.parameters(), lr=1.0)
        x, y = self.noise(16, 1, 12, 12), torch.arange(16) % 10
        for _ in range(STEPS):
            optimizer.zero_grad()
            output = model(x.to(device))
            loss = F.nll_loss(output, y.to(device))
            loss.backward()
            optimizer.step()
            pred = output.argmax(dim=1, keepdim=True)
            pred.eq(y.view_as(pred)).sum().item()
            yield loss.item()

    def gan(self):
        torch, nn = self.torch, self.nn
        generator = self.given(
            nn.Sequential(
                nn.Linear(8, 16), nn.BatchNorm1d(16, 0.8), nn.LeakyReLU(0.2, inplace=True),
                nn.Linear(16, 36), nn.Tanh(),
            )
        )  # fmt: skip
        critic = self.given(
            nn.Sequential(nn.Linear(36, 16), nn.LeakyReLU(0.2, inplace=True), nn.Linear(16, 1))
        )
        both = [
            self.optim.Adam(each.parameters(), lr=2e-3, betas=(0.5, 0.999))
            for each in (generator, critic)
        ]
        real = self.noise(10, 36)
        for _ in range(STEPS // 2):
            fake = generator(self.noise(10, 8))
            both[0].zero_grad()
            loss = -torch.mean(critic(fake))
            loss.backward()
            both[0].step()
            yield loss.item()
            alpha = torch.tensor(self.rng.random((10, 1))).float()
            between = (alpha * real + (1 - alpha) * fake.detach()).requires_grad_(True)
            out = critic(between)
            slopes = torch.autograd.grad(
                outputs=out, inputs=between, grad_outputs=torch.ones_like(out),
                create_graph=True, retain_graph=True, only_inputs=True,
            )[0]  # fmt: skip
            penalty = ((slopes.view(slopes.size(0), -1).norm(2, dim=1) - 1) ** 2).mean()
            both[1].zero_grad()
            loss = critic(fake.detach()).mean() - critic(real).mean() + 10 * penalty
            loss.backward()
            both[1].step()
            yield loss.item()

    def vae(self):
        torch, nn, F, owner = self.torch, self.nn, self.F, self

        class VAE(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1 = nn.Linear(20, 12)
                self.fc21, self.fc22 = nn.Linear(12, 3), nn.Linear(12, 3)
                self.fc3, self.fc4 = nn.Linear(3, 12), nn.Linear(12, 20)

            def forward(self, x):
                h = F.relu(self.fc1(x.view(-1, 20)))
                mu, logvar = self.fc21(h), self.fc22(h)
                z = mu + owner.noise(*mu.size()) * torch.exp(0.5 * logvar)
                return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar

        model = self.given(VAE())
        optimizer = self.optim.Adam(model.parameters(), lr=1e-2)
        x = torch.sigmoid(self.noise(8, 4, 5))
        for _ in range(STEPS):
            recon, mu, logvar = model(x)
            bce = F.binary_cross_entropy(recon, x.view(-1, 20), reduction="sum")
            loss = bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()

    def character_rnn(self):
        torch, nn, F = self.torch, self.nn, self.F

        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.encoder = nn.Embedding(11, 6)
                self.rnn = nn.LSTM(6, 8, 2)
                self.decoder = nn.Linear(8, 11)

            def forward(self, x, hidden):
                output, hidden = self.rnn(self.encoder(x), hidden)
                return F.log_softmax(self.decoder(output).view(-1, 11), dim=1), hidden

        model = self.given(Model())
        weight = next(model.parameters())
        hidden = (weight.new_zeros(2, 3, 8), weight.new_zeros(2, 3, 8))
        text = torch.tensor(self.rng.integers(0, 11, (6, 3)))
        optimizer = self.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
        for _ in range(STEPS):
            hidden = tuple(each.detach() for each in hidden)
            output, hidden = model(text[:-1], hidden)
            loss = nn.NLLLoss()(output, text[1:].reshape(-1))
            model.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.25)
            optimizer.step()
            yield loss.item()

    def policy_gradient(self):
        torch, nn, F = self.torch, self.nn, self.F
        policy = self.given(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)))
        value = self.given(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)))
        parameters = [*policy.parameters(), *value.parameters()]
        optimizer = self.optim.Adam(parameters, lr=3e-2)
        states = self.noise(12, 4)
        actions = torch.tensor(self.rng.integers(0, 2, (12, 1)))
        rewards = [1.0 if a == 1 else -0.5 for a in actions.view(-1).tolist()]
        old = F.softmax(policy(states), dim=1).gather(1, actions).detach()
        for _ in range(STEPS):
            returns, total = [], 0.0
            for r in rewards[::-1]:
                total = r + 0.98 * total
                returns.insert(0, total)
            returns = torch.tensor(returns, dtype=torch.float32).unsqueeze(1)
            returns = (returns - returns.mean()) / (returns.std(unbiased=True) + 1e-5)
            v = value(states)
            advantage = (returns - v).detach()
            pi = F.softmax(policy(states), dim=-1).gather(1, actions)
            ratio = torch.exp(torch.log(pi) - torch.log(old))
            clipped = torch.clamp(ratio, 1 - 0.1, 1 + 0.1) * advantage
            loss = (-torch.min(ratio * advantage, clipped) + F.smooth_l1_loss(v, returns)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()

    def siamese(self):
        torch, nn, F = self.torch, self.nn, self.F
        tower = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(4 * 3 * 3, 6),
        )  # fmt: skip
        tower = self.given(tower)
        optimizer = self.optim.Adam(tower.parameters(), lr=1e-2)
        a, b = self.noise(6, 1, 8, 8), self.noise(6, 1, 8, 8)
        label = torch.tensor([0, 1, 0, 1, 1, 0]).float()
        for _ in range(STEPS):
            distance = F.pairwise_distance(tower(a), tower(b), keepdim=True).squeeze(1)
            near = (1 - label) * distance.pow(2)
            far = label * torch.clamp(2.0 - distance, min=0.0).pow(2)
            loss = torch.mean(near + far)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()

    def style_transfer(self):
        torch, nn, F = self.torch, self.nn, self.F
        features = self.given(nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 6, 3)))
        for p in features.parameters():
            p.requires_grad_(False)

        def gram(x):
            b, c, h, w = x.size()
            flat = x.view(b * c, h * w)
            return torch.mm(flat, flat.t()).div(b * c * h * w)

        content, style = self.noise(1, 3, 8, 8), self.noise(1, 3, 8, 8)
        target = content.clone().requires_grad_(True)
        optimizer = self.optim.Adam([target], lr=0.1, betas=(0.5, 0.999))
        for _ in range(STEPS):
            loss = F.mse_loss(features(target), features(content).detach())
            loss = loss + 100 * F.mse_loss(gram(features(target)), gram(features(style)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()

    def gpt(self):
        torch, nn, F = self.torch, self.nn, self.F

        class Attention(nn.Module):
            def __init__(self):
                super().__init__()
                self.qkv, self.proj = nn.Linear(12, 36), nn.Linear(12, 12)
                mask = torch.tril(torch.ones(8, 8)).view(1, 1, 8, 8)
                self.register_buffer("bias", mask)

            def forward(self, x):
                B, T, C = x.size()
                q, k, v = self.qkv(x).split(C, dim=2)
                q, k, v = (t.view(B, T, 3, C // 3).transpose(1, 2) for t in (q, k, v))
                att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
                att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float("-inf"))
                y = F.softmax(att, dim=-1) @ v
                return self.proj(y.transpose(1, 2).contiguous().view(B, T, C))

        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.ln_1, self.ln_2, self.attn = nn.LayerNorm(12), nn.LayerNorm(12), Attention()
                self.mlp = nn.ModuleDict(
                    {"fc": nn.Linear(12, 24), "proj": nn.Linear(24, 12), "act": nn.GELU()}
                )

            def forward(self, x):
                x = x + self.attn(self.ln_1(x))
                m = self.mlp
                return x + m.proj(m.act(m.fc(self.ln_2(x))))

        class GPT(nn.Module):
            def __init__(self):
                super().__init__()
                self.transformer = nn.ModuleDict(
                    {
                        "wte": nn.Embedding(9, 12), "wpe": nn.Embedding(8, 12),
                        "h": nn.ModuleList([Block() for _ in range(2)]), "ln_f": nn.LayerNorm(12),
                    }
                )  # fmt: skip
                self.lm_head = nn.Linear(12, 9, bias=False)

            def forward(self, idx, targets):
                _, t = idx.size()
                pos = torch.arange(0, t, dtype=torch.long, device=idx.device).unsqueeze(0)
                x = self.transformer.wte(idx) + self.transformer.wpe(pos)
                for block in self.transformer.h:
                    x = block(x)
                logits = self.lm_head(self.transformer.ln_f(x))
                loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))
                return logits, loss

        model = self.given(GPT())
        optimizer = self.optim.AdamW(model.parameters(), lr=1e-2, betas=(0.9, 0.95))
        data = torch.tensor(self.rng.integers(0, 9, (4, 9)))
        for _ in range(STEPS):
            _, loss = model(data[:, :-1].contiguous(), data[:, 1:].contiguous())
            model.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            yield loss.item()

    def vision_transformer(self):
        torch, nn, F = self.torch, self.nn, self.F

        class ViT(nn.Module):
            def __init__(self):
                super().__init__()
                self.embed = nn.Conv2d(3, 12, kernel_size=4, stride=4)
                self.cls_token = nn.Parameter(torch.randn(1, 1, 12))
                self.pos_embedding = nn.Parameter(torch.randn(1, 5, 12))
                layer = nn.TransformerEncoderLayer(12, 3, 24, 0.0, batch_first=True)
                self.encoder = nn.TransformerEncoder(layer, 2)
                self.head = nn.Linear(12, 5)

            def forward(self, x):
                x = self.embed(x).flatten(2).permute(0, 2, 1)
                cls = self.cls_token.expand(x.shape[0], -1, -1)
                x = torch.cat((cls, x), dim=1) + self.pos_embedding[:, : x.size(1) + 1]
                return self.head(self.encoder(x)[:, 0])

        model = self.given(ViT())
        optimizer = self.optim.Adam(model.parameters(), lr=3e-3)
        x, y = self.noise(6, 3, 8, 8), torch.arange(6) % 5
        for _ in range(STEPS):
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()

    def unet(self):
        torch, nn, F = self.torch, self.nn, self.F

        def double(inputs, outputs):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
            )  # fmt: skip

        class UNet(nn.Module):
            def __init__(self):
                super().__init__()
                self.inc, self.down, self.pool = double(1, 4), double(4, 8), nn.MaxPool2d(2)
                self.up = nn.ConvTranspose2d(8, 4, kernel_size=2, stride=2)
                self.join, self.outc = double(8, 4), nn.Conv2d(4, 2, 1)

            def forward(self, x):
                x1 = self.inc(x)
                x2 = self.up(self.down(self.pool(x1)))
                dy, dx = x1.size()[2] - x2.size()[2], x1.size()[3] - x2.size()[3]
                x2 = F.pad(x2, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
                return self.outc(self.join(torch.cat([x1, x2], dim=1)))

        model = self.given(UNet())
        optimizer = self.optim.RMSprop(model.parameters(), lr=1e-3, momentum=0.9)
        x = self.noise(2, 1, 9, 9)
        mask = (x.squeeze(1) > 0).long()
        for _ in range(STEPS):
            out = model(x)
            probs = F.softmax(out, dim=1).float()
            wanted = F.one_hot(mask, 2).permute(0, 3, 1, 2).float()
            common = 2 * (probs * wanted).sum(dim=(-1, -2))
            both = probs.sum(dim=(-1, -2)) + wanted.sum(dim=(-1, -2))
            loss = F.cross_entropy(out, mask) + 1 - ((common + 1e-6) / (both + 1e-6)).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            yield loss.item()

    def time_series(self):
        torch, nn = self.torch, self.nn

        class Sequence(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm1, self.lstm2 = nn.LSTMCell(1, 6), nn.LSTMCell(6, 6)
                self.linear = nn.Linear(6, 1)

            def forward(self, input, future=0):
                outputs = []
                h_t, c_t, h_t2, c_t2 = (
                    torch.zeros(input.size(0), 6, dtype=torch.double) for _ in range(4)
                )
                for input_t in input.split(1, dim=1):
                    h_t, c_t = self.lstm1(input_t, (h_t, c_t))
                    h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
                    output = self.linear(h_t2)
                    outputs += [output]
                return torch.cat(outputs, dim=1)

        model = self.given(Sequence().double())
        wave = np.sin(np.arange(20)[None] / 3 + np.arange(4)[:, None])
        data = torch.from_numpy(wave)
        criterion, losses = nn.MSELoss(), []
        optimizer = self.optim.LBFGS(model.parameters(), lr=0.5, max_iter=5)

        def closure():
            optimizer.zero_grad()
            loss = criterion(model(data[:, :-1]), data[:, 1:])
            losses.append(loss.item())
            loss.backward()
            return loss

        while len(losses) < STEPS:
            optimizer.step(closure)
        yield from losses[:STEPS]

    def forward_forward(self):
        torch, nn = self.torch, self.nn

        class Layer(nn.Linear):
            def __init__(self, inputs, outputs, bias=True, device=None, dtype=None):
                super().__init__(inputs, outputs, bias, device, dtype)
                self.relu = nn.ReLU()

            def forward(self, x):
                direction = x / (x.norm(2, 1, keepdim=True) + 1e-4)
                return self.relu(torch.mm(direction, self.weight.T) + self.bias.unsqueeze(0))

        layers = [self.given(Layer(10, 16)), self.given(Layer(16, 16))]
        optimizers = [self.optim.Adam(each.parameters(), lr=0.03) for each in layers]
        positive, negative = self.noise(8, 10), self.noise(8, 10)
        for layer, optimizer in zip(layers, optimizers, strict=True):
            for _ in range(STEPS // 2):
                good = layer(positive).pow(2).mean(1)
                bad = layer(negative).pow(2).mean(1)
                loss = torch.log(1 + torch.exp(torch.cat([-good + 2.0, bad - 2.0]))).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                yield loss.item()
            positive, negative = layer(positive).detach(), layer(negative).detach()


NAMES = [name for name in vars(Programs) if name not in ("given", "noise") and name[0] != "_"]


def main() -> None:
    """Write the losses that the programs have under PyTorch."""
    import torch
    from torch import nn, optim

    found = {
        name: list(getattr(Programs(torch, nn, nn.functional, optim), name)()) for name in NAMES
    }
    lines = [f"{json.dumps(name)}: {json.dumps(losses)}" for name, losses in found.items()]
    LOSSES.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
