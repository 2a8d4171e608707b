"""Reads a diffusion prior of cryoDRGN latents (prior.safetensors) with numpy alone, and samples it.

    from latent_prior import LatentPrior
    prior = LatentPrior.read("prior.safetensors")
    z = prior.sample(1000, seed=1)           # [1000, |z|], in the latents' own units
    s = prior.score(z, sigma=0.1)            # gradient of log p of z with noise, in the same units

As a command it writes what `cryodrgn eval_vol --zfile` reads:

    python latent_prior.py prior.safetensors --n 20 --seed 1 --out z_values.txt

The format and the equations are in docs/prior-format.md. MIT licence, as the project it belongs to.
"""

import argparse
import json
import struct

import numpy as np

FORMAT = "cryo-latent-diffusion prior 1"
TYPES = {"F32": np.float32, "F16": np.float16, "F64": np.float64}


def read_safetensors(path):
    """Tensors by name, as float64, and the metadata of a safetensors file."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 8:
        raise ValueError(f"{path}: found {len(data)} bytes; expected a safetensors file")
    (length,) = struct.unpack("<Q", data[:8])
    if length > len(data) - 8:
        raise ValueError(f"{path}: found a header of {length} bytes; expected at most {len(data) - 8}")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] not in TYPES:
            raise ValueError(f"{path}: {name}: found {entry['dtype']}; expected one of {', '.join(TYPES)}")
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + first : 8 + length + last], TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"]).astype(np.float64)
    return tensors, metadata


def silu(x):
    return x / (1 + np.exp(-np.clip(x, -700, 700)))


class LatentPrior:
    """A prior: its network, its constants, and the standardisation of the latents it was trained on."""

    def __init__(self, config, tensors, metadata=None):
        self.config, self.metadata = config, metadata or {}
        self.zdim = config["zdim"]
        self.edm = config["edm"]
        self.parameterisation = config.get("parameterisation", "F")
        if self.parameterisation not in ("F", "x_0", "eps", "v"):
            raise ValueError(f"parameterisation: found {self.parameterisation}; expected F, x_0, eps or v")
        self.mean, self.deviation = tensors["mean"], tensors["deviation"]
        layer = lambda name: (tensors[f"network.main.{name}.weight"], tensors[f"network.main.{name}.bias"])
        layers = config["layers"]
        self.first = layer("0")
        self.hidden = [layer(f"{2 * k + 2}.linear") for k in range(layers)]
        self.last = layer(str(2 * layers + 2))
        pairs = config["noisePairs"]
        self.frequencies = 8.0 ** (np.arange(pairs) / max(1, pairs - 1))

    @classmethod
    def read(cls, path):
        """Reads prior.safetensors. ValueError for a file of another kind."""
        tensors, metadata = read_safetensors(path)
        if metadata.get("format") != FORMAT:
            raise ValueError(f"{path}: format: found {metadata.get('format')}; expected {FORMAT}")
        rest = json.loads(metadata["prior"])
        return cls(rest.pop("config"), tensors, rest)

    def network(self, x, sigma):
        """F of standardised latents x [n, |z|] at noise levels sigma [n]."""
        c_in = 1 / np.sqrt(sigma**2 + self.edm["sigma_data"] ** 2)
        angle = np.log(sigma)[:, None] / 4 * self.frequencies
        waves = np.stack([np.cos(angle), np.sin(angle)], axis=2).reshape(len(x), -1)
        h = np.concatenate([c_in[:, None] * x, waves], axis=1)
        linear = lambda h, layer: h @ layer[0].T + layer[1]
        h = silu(linear(h, self.first))
        for layer in self.hidden:
            h = silu(h + linear(h, layer))
        return linear(h, self.last)

    def denoise(self, x, sigma):
        """D(x; sigma): the expected clean point behind x [n, |z|], both in standardised latents."""
        x = np.asarray(x, np.float64)
        sigma = np.broadcast_to(np.asarray(sigma, np.float64), len(x))
        s, data = sigma[:, None], self.edm["sigma_data"]
        F = self.network(x, sigma)
        if self.parameterisation == "x_0":
            return F
        if self.parameterisation == "eps":
            return x - s * F
        if self.parameterisation == "v":
            return (x - s * np.sqrt(1 + s**2) * F) / (1 + s**2)
        total = s**2 + data**2
        return data**2 / total * x + s * data / np.sqrt(total) * F

    def score(self, z, sigma):
        """Gradient of log p [n, |z|] of latents z with noise of sigma standardised units, in the latents' units."""
        x = (np.asarray(z, np.float64) - self.mean) / self.deviation
        return (self.denoise(x, sigma) - x) / sigma**2 / self.deviation

    def levels(self, steps=64):
        """Falling noise levels from sigma_max to sigma_min, then 0 [steps + 1] (Karras et al. 2022, eq. 5)."""
        kind = self.config.get("objective", {}).get("kind", "edm")
        if kind != "edm":
            raise ValueError(f"objective: found {kind}; expected edm. Give sample() the levels it was trained on.")
        low, high, rho = self.edm["sigma_min"], self.edm["sigma_max"], self.edm["rho"]
        part = np.arange(steps) / max(1, steps - 1)
        return np.append((high ** (1 / rho) + part * (low ** (1 / rho) - high ** (1 / rho))) ** rho, 0.0)

    def sample(self, n, seed=0, steps=64, levels=None, start=None):
        """n latents [n, |z|] by Heun's method on the probability-flow ODE dx = (x - D) / sigma dsigma.

        `start` are standard normals [n, |z|] to begin with; by default they are drawn with the seed.
        """
        levels = self.levels(steps) if levels is None else np.asarray(levels, np.float64)
        if start is None:
            start = np.random.default_rng(seed).standard_normal((n, self.zdim))
        x = levels[0] * np.asarray(start, np.float64)
        for now, after in zip(levels[:-1], levels[1:]):
            slope = (x - self.denoise(x, now)) / now
            euler = x + (after - now) * slope
            if after > 0:
                slope = (slope + (euler - self.denoise(euler, after)) / after) / 2
            x = x + (after - now) * slope
        return self.mean + self.deviation * x


def main():
    parser = argparse.ArgumentParser(description="Samples a diffusion prior of cryoDRGN latents.")
    parser.add_argument("prior")
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=64)
    parser.add_argument("--out", default="z_values.txt")
    arguments = parser.parse_args()
    prior = LatentPrior.read(arguments.prior)
    np.savetxt(arguments.out, prior.sample(arguments.n, arguments.seed, arguments.steps), fmt="%.8e")


if __name__ == "__main__":
    main()
