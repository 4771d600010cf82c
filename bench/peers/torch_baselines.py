"""Yardstick: the project's benchmark workloads as a good PyTorch user would write them on a CPU.

usage: python3 torch_baselines.py [--threads N] [--only NAME,...] [--repeats R] [--inputs 8]      needs: torch (any 1.13+ / 2.x CPU build)
Prints one JSON line per workload: {"workload", "threads", "torch", "ms", "samplesPerSecond"} (median of R steps after warm-up).
Each step takes the next of --inputs different inputs and turns it into float inside the step, as after a loader (spikes and counts are uint8).
Linear and convolution layers run once over all time steps; the neuron loop over time has a hand-written backward.
Sparse workloads multiply by a mask, as the published sparse-training code does.
"""

import argparse, json, math
from timing import median
import torch, torch.nn as nn, torch.nn.functional as F


class LIF(torch.autograd.Function):
    """Hard-reset LIF over [T, ...]; charge v*keep + x, fire at >= 1, arctan surrogate of slope a, reset detached."""

    @staticmethod
    def forward(ctx, x, keep, a):
        h, s = torch.empty_like(x), torch.empty_like(x)
        v = torch.zeros_like(x[0])
        for t in range(x.shape[0]):
            torch.add(x[t], v, alpha=keep, out=h[t])
            s[t] = (h[t] >= 1).to(x.dtype)
            v = h[t] * (1 - s[t])
        ctx.save_for_backward(h, s)
        ctx.keep, ctx.a = keep, a
        return s

    @staticmethod
    def backward(ctx, g):
        h, s = ctx.saved_tensors
        out = torch.empty_like(h)
        gv = torch.zeros_like(h[0])
        d = (ctx.a / 2) / (1 + (math.pi / 2 * ctx.a * (h - 1)) ** 2)
        for t in range(h.shape[0] - 1, -1, -1):
            out[t] = g[t] * d[t] + gv * (1 - s[t])
            gv = out[t] * ctx.keep
        return out, None, None


def lif(x, keep=0.5, a=2.0):
    return LIF.apply(x, keep, a)


def over_time(m, x):
    T, B = x.shape[:2]
    return m(x.flatten(0, 1)).unflatten(0, (T, B))


INPUTS = 8


def inputs(make):
    """A function that returns the next of INPUTS tensors made by `make`, as float32."""
    ring = [make() for _ in range(INPUTS)]
    ring = [x.to(torch.uint8) if x.dtype == torch.bool or float(x.min()) >= 0 else x for x in ring]
    turn = [0]

    def following():
        turn[0] += 1
        return ring[turn[0] % INPUTS].float()

    return following


def layer(n, T=500, B=16, density=None):
    m = nn.Linear(n, n)
    x = inputs(lambda: torch.randn(T, B, n) if density is None else torch.rand(T, B, n) < density)

    def step():
        m.zero_grad()
        lif(over_time(m, x()), 0.95).sum().backward()

    return step, B


def mnist_mlp(T=25, B=128):
    a, b = nn.Linear(784, 128), nn.Linear(128, 10)
    opt = torch.optim.Adam([*a.parameters(), *b.parameters()], 1e-3)
    x = inputs(lambda: torch.rand(T, B, 784) < 0.13)
    y = torch.randint(0, 10, (B,))

    def step():
        s = lif(over_time(b, lif(over_time(a, x()), 0.9)), 0.9)
        l = F.cross_entropy(s.mean(0), y)
        opt.zero_grad()
        l.backward()
        opt.step()

    return step, B


def shd128(T=256, B=256, H=128):
    m = nn.ModuleList(
        [nn.Linear(128, H, bias=False), nn.Linear(H, H, bias=False), nn.Linear(H, 20, bias=False)]
    )
    opt = torch.optim.Adam(m.parameters(), 5e-4)
    x = inputs(lambda: torch.rand(T, B, 128) < 0.03)
    y = torch.randint(0, 20, (B,))

    def step():
        s = lif(over_time(m[1], lif(over_time(m[0], x()))))
        l = F.cross_entropy(over_time(m[2], s).sum(0), y, label_smoothing=0.3)
        opt.zero_grad()
        l.backward()
        opt.step()

    return step, B


class DelayLinear(nn.Module):
    """DCLS kernel built densely, then a 1-D convolution over time."""

    def __init__(self, i, o, K, sigma):
        super().__init__()
        self.w = nn.Parameter((torch.rand(o, i) * 2 - 1) * math.sqrt(6 / i))
        self.p = nn.Parameter((torch.rand(o, i) - 0.5) * (K - 1))
        self.K, self.sigma = K, sigma

    def forward(self, x):
        s = torch.arange(self.K) - self.K // 2
        g = torch.exp(-0.5 * ((s - self.p[..., None]) / self.sigma) ** 2)
        g = g / (g.sum(-1, keepdim=True) + 1e-7)
        return F.conv1d(
            F.pad(x.permute(1, 2, 0), (self.K - 1, (self.K - 1) // 2)), self.w[..., None] * g
        ).permute(2, 0, 1)


def shd_delays(sigma, T=100, B=128, K=25):
    d = nn.ModuleList(
        [DelayLinear(140, 256, K, sigma), DelayLinear(256, 256, K, sigma), DelayLinear(256, 20, K, sigma)]
    )
    bn = nn.ModuleList([nn.BatchNorm1d(256), nn.BatchNorm1d(256)])
    opt = torch.optim.Adam([*d.parameters(), *bn.parameters()], 1e-3)
    x = inputs(lambda: torch.poisson(torch.full((T, B, 140), 0.3)))
    y = torch.randint(0, 20, (B,))

    def step():
        h = x()
        for i in range(2):
            h = F.dropout(lif(over_time(bn[i], d[i](h)), 0.005, 5.0), 0.4)
        o = d[2](h)
        v = torch.zeros_like(o[0])
        vs = []
        for t in range(o.shape[0]):
            v = v * 0.005 + o[t]
            vs.append(v)
        l = F.cross_entropy(torch.softmax(torch.stack(vs), 2).sum(0), y)
        opt.zero_grad()
        l.backward()
        opt.step()

    return step, B


def nmnist_conv(C=32, T=10, B=16):
    c1, c2 = nn.Conv2d(2, C, 3, padding=1, bias=False), nn.Conv2d(C, 2 * C, 3, padding=1, bias=False)
    b1, b2 = nn.BatchNorm2d(C), nn.BatchNorm2d(2 * C)
    f = nn.Linear(2 * C * 64, 10)
    ps = [p for m in (c1, c2, b1, b2, f) for p in m.parameters()]
    opt = torch.optim.Adam(ps, 1e-3)
    x = inputs(lambda: torch.poisson(torch.full((T, B, 2, 34, 34), 0.12)))
    y = torch.randint(0, 10, (B,))

    def step():
        h = over_time(nn.MaxPool2d(2), lif(over_time(b1, over_time(c1, x()))))
        h = over_time(nn.MaxPool2d(2), lif(over_time(b2, over_time(c2, h))))
        s = lif(over_time(f, h.flatten(2)))
        l = F.mse_loss(s.mean(0), F.one_hot(y, 10).float())
        opt.zero_grad()
        l.backward()
        opt.step()

    return step, B


def sparse_mlp(density, T=10, B=128, H=1000):
    m = nn.ModuleList([nn.Linear(784, H), nn.Linear(H, H), nn.Linear(H, 10)])
    masks = [(torch.rand_like(l.weight) < density).float() for l in m[:2]]
    opt = torch.optim.Adam(m.parameters(), 1e-3)
    x = inputs(lambda: torch.rand(T, B, 784) < 0.13)
    y = torch.randint(0, 10, (B,))

    def masked(l, k, z):
        return over_time(lambda q: F.linear(q, l.weight * k, l.bias), z)

    def step():
        s = lif(masked(m[1], masks[1], lif(masked(m[0], masks[0], x()))))
        l = F.cross_entropy(over_time(m[2], s).mean(0), y)
        opt.zero_grad()
        l.backward()
        opt.step()

    return step, B


class Fire(torch.autograd.Function):
    @staticmethod
    def forward(ctx, h, a):
        ctx.save_for_backward(h)
        ctx.a = a
        return (h >= 1).to(h.dtype)

    @staticmethod
    def backward(ctx, g):
        (h,) = ctx.saved_tensors
        return g * (ctx.a / 2) / (1 + (math.pi / 2 * ctx.a * (h - 1)) ** 2), None


def recurrent_lif(T=100, B=128, I=140, H=256):
    """One recurrent LIF layer: charge v*keep + W x[t] + V s[t-1]; a readout without neurons, summed over time."""
    w, v, o = nn.Linear(I, H), nn.Linear(H, H, bias=False), nn.Linear(H, 20)
    opt = torch.optim.Adam([*w.parameters(), *v.parameters(), *o.parameters()], 1e-3)
    x = inputs(lambda: torch.rand(T, B, I) < 0.05)
    y = torch.randint(0, 20, (B,))

    def step():
        c = over_time(w, x())
        u, s, out = torch.zeros(B, H), torch.zeros(B, H), []
        for t in range(T):
            h = u * 0.9 + c[t] + v(s)
            s = Fire.apply(h, 2.0)
            u = h * (1 - s.detach())
            out.append(s)
        l = F.cross_entropy(over_time(o, torch.stack(out)).sum(0), y)
        opt.zero_grad()
        l.backward()
        opt.step()

    return step, B


WORKLOADS = {
    "layer-512": lambda: layer(512),
    "layer-1024": lambda: layer(1024),
    "layer-1024-spikes-2pct": lambda: layer(1024, density=0.02),
    "layer-1024-spikes-10pct": lambda: layer(1024, density=0.10),
    "mnist-mlp-T25": mnist_mlp,
    "shd128-T256": shd128,
    "shd-delays-sigma12": lambda: shd_delays(12.27),
    "shd-delays-sigma0.5": lambda: shd_delays(0.5),
    "nmnist-conv-T10": nmnist_conv,
    "sparse-mlp-10pct": lambda: sparse_mlp(0.10),
    "sparse-mlp-2pct": lambda: sparse_mlp(0.02),
    "dense-mlp": lambda: sparse_mlp(1.0),
    "recurrent-lif": recurrent_lif,
}
if __name__ == "__main__":
    a = argparse.ArgumentParser()
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--only", default="")
    a.add_argument("--repeats", type=int, default=5)
    a.add_argument("--inputs", type=int, default=8)
    a = a.parse_args()
    INPUTS = a.inputs
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    for name, make in WORKLOADS.items():
        if a.only and name not in a.only.split(","):
            continue
        step, B = make()
        s = median(step, a.repeats)
        print(
            json.dumps(
                {
                    "workload": name,
                    "threads": a.threads,
                    "torch": torch.__version__,
                    "ms": round(s * 1e3, 2),
                    "samplesPerSecond": round(B / s, 1),
                }
            ),
            flush=True,
        )
