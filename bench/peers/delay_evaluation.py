"""A yardstick in PyTorch: evaluation of the network of shd-delays-* with dense kernels of rounded delays.

npm run bench -- --only shd-delays-evaluation --peer "python3 bench/peers/delay_evaluation.py"
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.nn import functional as F

T, B, TAPS = 100, 128, 25
WIDTHS = [140, 256, 256, 20]


def dense_kernel(inputs, outputs):
    """[O, I, TAPS], one weight a synapse at its delay, made once: as much as evaluation can prepare."""
    weight = (torch.rand(outputs, inputs) * 2 - 1) * (6 / inputs) ** 0.5
    delay = torch.randint(TAPS, (outputs, inputs))
    return torch.zeros(outputs, inputs, TAPS).scatter_(2, delay[..., None], weight[..., None])


def lif(x, keep=0.005):
    """v keep + x, a spike at 1 and above, hard reset to 0; [T, N, C]."""
    spikes, v = torch.empty_like(x), torch.zeros_like(x[0])
    for t in range(len(x)):
        v = v * keep + x[t]
        spikes[t] = (v >= 1).float()
        v = v * (1 - spikes[t])
    return spikes


def network():
    kernels = [dense_kernel(*sizes) for sizes in zip(WIDTHS, WIDTHS[1:])]
    norms = [nn.BatchNorm1d(width, momentum=1.0) for width in WIDTHS[1:-1]]

    def forward(x):
        for n, kernel in enumerate(kernels):
            x = F.conv1d(F.pad(x.permute(1, 2, 0), (TAPS - 1, TAPS // 2)), kernel).permute(2, 0, 1)
            if n < len(norms):
                x = lif(norms[n](x.flatten(0, 1)).unflatten(0, x.shape[:2]))
        return x

    return forward, norms


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--only")
    options.add_argument("--repeats", type=int, default=5)
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    times = []
    with torch.no_grad():
        forward, norms = network()
        x = torch.poisson(torch.full((T, B, WIDTHS[0]), 0.3))
        forward(x)  # settles the statistics, and warms up
        for norm in norms:
            norm.eval()
        for _ in range(options.repeats):
            start = time.perf_counter()
            forward(x)
            times.append(time.perf_counter() - start)
    seconds = sorted(times)[len(times) // 2]
    print(json.dumps({"workload": options.only, "threads": options.threads, "ms": round(seconds * 1e3, 2),
                      "samplesPerSecond": round(B / seconds, 1)}))


main()
