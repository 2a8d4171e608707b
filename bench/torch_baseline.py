"""The works of the bench in PyTorch, as anyone would write them: what `npm run bench -- --torch` compares with.

Prints one JSON object a line: {"work", "backend", "threads", "value", "unit"}. The networks, batches and optimiser are
those of bench/works.ts; the VAE's step is cryoDRGN's arithmetic (encoder on masked Hartley pixels, positional encoding,
decoder at every compared pixel, |CTF|, squared error, KL, Adam), written anew here.
"""
import argparse
import json
import math
import time

import torch
from torch import nn


class Residual(nn.Linear):
    def forward(self, x):
        return x + super().forward(x)


def mlp(inputs, outputs, width, layers, activation):
    parts = [nn.Linear(inputs, width), activation()]
    for _ in range(layers):
        parts += [Residual(width, width), activation()]
    return nn.Sequential(*parts, nn.Linear(width, outputs))


def rate(amount, seconds, run):
    """Median rate over repeats, after a warm-up."""
    warm = time.perf_counter() + seconds / 3
    run()
    while time.perf_counter() < warm:
        run()
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return amount / sorted(times)[len(times) // 2]


ZDIM, PAIRS = 8, 8


class Prior:
    """EDM's preconditioning and loss on a residual SiLU network of 16 layers x 128."""

    def __init__(self):
        self.net = mlp(ZDIM + 2 * PAIRS, ZDIM, 128, 16, nn.SiLU)
        self.average = [p.detach().clone() for p in self.net.parameters()]
        self.adam = torch.optim.Adam(self.net.parameters(), lr=1e-3)
        self.data = torch.randn(10_000, ZDIM)
        self.frequencies = 8 ** (torch.arange(PAIRS) / (PAIRS - 1))

    def inputs(self, x, sigma):
        phase = torch.log(sigma) / 4 * self.frequencies
        return torch.cat([x / torch.sqrt(sigma**2 + 1), torch.cos(phase), torch.sin(phase)], 1)

    def step(self):
        batch = 1024
        clean = self.data[torch.randint(len(self.data), (batch,))]
        sigma = torch.exp(-1.2 + 1.2 * torch.randn(batch, 1))
        x = clean + sigma * torch.randn(batch, ZDIM)
        total = torch.sqrt(sigma**2 + 1)
        target = (clean - x / total**2) / (sigma / total)
        loss = ((self.net(self.inputs(x, sigma)) - target) ** 2).mean()
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        with torch.no_grad():
            for kept, now in zip(self.average, self.net.parameters()):
                kept.lerp_(now, 1e-3)
        return loss.item()

    def denoise(self, x, sigma):
        with torch.no_grad():
            total = torch.sqrt(sigma**2 + 1)
            return x / total**2 + sigma / total * self.net(self.inputs(x, sigma))


class Vae:
    """cryoDRGN's VAE, 256 x 3, |z| = 8, gaussian encoding, Fourier domain."""

    def __init__(self, D, pixels_per_image):
        k = torch.linspace(-0.5, 0.5, D + 1)
        y, x = torch.meshgrid(k, k, indexing="ij")
        r = x**2 + y**2
        inside = (r <= 0.25 + 1e-9) & (r > 1e-12)
        self.lattice = torch.stack([x[inside], y[inside], torch.zeros(int(inside.sum()))], 1)
        self.pixels = len(self.lattice)
        self.compared = min(pixels_per_image, self.pixels)
        self.D = D
        self.batch = 8 if self.compared == self.pixels else 32
        self.frequencies = 0.5 * torch.randn(3 * (D // 2), 3) * (D // 2)
        self.encoder = mlp(self.pixels, 2 * ZDIM, 256, 3, nn.ReLU)
        self.decoder = mlp(2 * len(self.frequencies) + ZDIM, 2, 256, 3, nn.ReLU)
        self.adam = torch.optim.Adam([*self.encoder.parameters(), *self.decoder.parameters()], lr=1e-4)
        self.images = torch.randn(self.batch, self.pixels)
        self.ctf = torch.rand(self.batch, self.pixels)
        self.rotations = torch.linalg.qr(torch.randn(self.batch, 3, 3))[0]

    def step(self):
        mu, logvar = self.encoder(self.images).split(ZDIM, 1)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        images, ctf = self.images, self.ctf
        if self.compared < self.pixels:
            pick = torch.stack([torch.randperm(self.pixels)[: self.compared] for _ in range(self.batch)])
            k = self.lattice[pick] @ self.rotations
            images, ctf = images.gather(1, pick), ctf.gather(1, pick)
        else:
            k = self.lattice @ self.rotations
        flip = k[..., 2:] > 0
        k = torch.where(flip, -k, k)
        phase = k @ self.frequencies.T
        z = z[:, None].expand(-1, self.compared, -1)
        out = self.decoder(torch.cat([torch.sin(phase), torch.cos(phase), z], 2))
        imaginary = torch.where(flip[..., 0], -out[..., 1], out[..., 1])
        error = ctf * (out[..., 0] - imaginary) - images
        kl = -0.5 * torch.mean(torch.sum(1 + logvar - mu**2 - logvar.exp(), 1))
        loss = (error**2).mean() + kl / ZDIM / self.pixels
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return loss.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--works", default="prior-step,denoise,vae-d32,vae-d64,vae-d64-256px")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    wanted = args.works.split(",")

    def say(work, unit, amount, run):
        value = rate(amount, args.seconds, run)
        line = {"work": work, "backend": f"torch {torch.__version__}", "threads": args.threads}
        print(json.dumps({**line, "value": value, "unit": unit}), flush=True)

    if "prior-step" in wanted:
        say("prior-step", "steps/s", 1, Prior().step)
    if "denoise" in wanted:
        prior, n = Prior(), 10_000
        x, sigma = torch.randn(n, ZDIM), torch.ones(n, 1)
        say("denoise", "evaluations/s", n, lambda: prior.denoise(x, sigma))
    for work, D, pixels in (("vae-d32", 32, math.inf), ("vae-d64", 64, math.inf), ("vae-d64-256px", 64, 256)):
        if work in wanted:
            vae = Vae(D, pixels)
            say(work, "images/s", vae.batch, vae.step)


if __name__ == "__main__":
    main()
