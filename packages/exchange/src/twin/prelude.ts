/** The layers in Python, on PyTorch alone: those that the twin of a network may have. */
export const PRELUDE = `import pathlib
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F


def frames(layer, x):
    """Applies a function of images to every time step and sample."""
    return layer(x.flatten(0, -4)).unflatten(0, x.shape[:-3])


class Conv2d(nn.Conv2d):
    def forward(self, x):
        return frames(super().forward, x)


class BatchNorm(nn.BatchNorm1d):
    """Over time, samples and positions together."""

    def forward(self, x):
        axis = -1 if x.dim() < 4 else -3
        last = x.movedim(axis, -1)
        return super().forward(last.reshape(-1, last.shape[-1])).reshape(last.shape).movedim(-1, axis)


class AvgPool2d(nn.AvgPool2d):
    def forward(self, x):
        return frames(super().forward, x)


class MaxPool2d(nn.MaxPool2d):
    def forward(self, x):
        return frames(super().forward, x)


class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        return x.mean((-2, -1))


class GlobalMaxPool2d(nn.Module):
    def forward(self, x):
        return x.amax((-2, -1))


class Flatten(nn.Module):
    def forward(self, x):
        return x.flatten(-3)


class RepeatOverTime(nn.Module):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def forward(self, x):
        return x.expand(self.steps, *x.shape)


class Vote(nn.Module):
    def __init__(self, group_size):
        super().__init__()
        self.group_size = group_size

    def forward(self, x):
        return x.unflatten(-1, (-1, self.group_size)).mean(-1)


class Residual(nn.Module):
    def __init__(self, branch, shortcut=None):
        super().__init__()
        self.branch = branch
        if shortcut is not None:
            self.shortcut = shortcut

    def forward(self, x):
        return self.branch(x) + (self.shortcut(x) if hasattr(self, "shortcut") else x)


class LeakyIntegrator(nn.Module):
    def __init__(self, tau, decay_input):
        super().__init__()
        self.keep, self.gain = 1 - 1 / tau, 1 / tau if decay_input else 1.0

    def forward(self, x):
        v, potentials = torch.zeros_like(x[0]), []
        for now in x:
            v = self.keep * v + self.gain * now
            potentials.append(v)
        return torch.stack(potentials)


class IF(nn.Module):
    """Charge, fire, reset; v_reset of None subtracts the threshold. For inference: spikes have no gradient."""

    def __init__(self, v_threshold, v_reset):
        super().__init__()
        self.v_threshold, self.v_reset = v_threshold, v_reset

    def charge(self, v, x):
        return v + x

    def scale(self, h):
        return h

    def carried(self, v):
        return v

    def forward(self, x):
        v, spikes = torch.full_like(x[0], self.v_reset or 0.0), []
        for now in x:
            f = self.scale(self.charge(v, now))
            s = (f >= self.v_threshold).to(f.dtype)
            if self.v_reset is None:
                v = self.carried(f - self.v_threshold * s)
            else:
                v = self.carried(f) * (1 - s) + self.v_reset * s
            spikes.append(s)
        return torch.stack(spikes)


class LIF(IF):
    def __init__(self, tau, decay_input, v_threshold, v_reset):
        super().__init__(v_threshold, v_reset)
        self.tau, self.decay_input = tau, decay_input

    def rate(self):
        return 1 / self.tau

    def charge(self, v, x):
        leak = v - (self.v_reset or 0.0)
        return v + (x - leak) * self.rate() if self.decay_input else v - leak * self.rate() + x


class PLIF(LIF):
    def __init__(self, decay_input, v_threshold, v_reset):
        super().__init__(None, decay_input, v_threshold, v_reset)
        self.w = nn.Parameter(torch.tensor(0.0))

    def rate(self):
        return self.w.sigmoid()


class KLIF(LIF):
    def __init__(self, tau, decay_input, scale_reset, v_threshold, v_reset):
        super().__init__(tau, decay_input, v_threshold, v_reset)
        self.scale_reset = scale_reset
        self.k = nn.Parameter(torch.tensor(1.0))

    def scale(self, h):
        return F.relu(self.k * h)

    def carried(self, v):
        return v / self.k if self.scale_reset else v
`;
