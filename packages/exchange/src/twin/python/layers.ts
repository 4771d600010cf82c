import type { Piece } from "./piece.ts";

/** Layers without neurons, over sequences [T, B, ...] or single images [B, C, H, W]. */
export const LAYERS: Readonly<Record<string, Piece>> = {
  frames: {
    python: `def frames(layer, x):
    """Applies a function of images to every time step and sample."""
    return layer(x.flatten(0, -4)).unflatten(0, x.shape[:-3])`,
  },
  Conv2d: {
    needs: ["frames"],
    python: `class Conv2d(nn.Conv2d):
    def forward(self, x):
        return frames(super().forward, x)`,
  },
  BatchNorm: {
    python: `class BatchNorm(nn.BatchNorm1d):
    """Over time, samples and positions together."""

    def forward(self, x):
        axis = -1 if x.dim() < 4 else -3
        last = x.movedim(axis, -1)
        return super().forward(last.reshape(-1, last.shape[-1])).reshape(last.shape).movedim(-1, axis)`,
  },
  AvgPool2d: {
    needs: ["frames"],
    python: `class AvgPool2d(nn.AvgPool2d):
    def forward(self, x):
        return frames(super().forward, x)`,
  },
  MaxPool2d: {
    needs: ["frames"],
    python: `class MaxPool2d(nn.MaxPool2d):
    def forward(self, x):
        return frames(super().forward, x)`,
  },
  GlobalAvgPool2d: {
    python: `class GlobalAvgPool2d(nn.Module):
    def forward(self, x):
        return x.mean((-2, -1))`,
  },
  GlobalMaxPool2d: {
    python: `class GlobalMaxPool2d(nn.Module):
    def forward(self, x):
        return x.amax((-2, -1))`,
  },
  Flatten: {
    python: `class Flatten(nn.Module):
    def forward(self, x):
        return x.flatten(-3)`,
  },
  RepeatOverTime: {
    python: `class RepeatOverTime(nn.Module):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def forward(self, x):
        return x.expand(self.steps, *x.shape)`,
  },
  Vote: {
    python: `class Vote(nn.Module):
    def __init__(self, group_size):
        super().__init__()
        self.group_size = group_size

    def forward(self, x):
        return x.unflatten(-1, (-1, self.group_size)).mean(-1)`,
  },
  Residual: {
    python: `class Residual(nn.Module):
    def __init__(self, branch, shortcut=None):
        super().__init__()
        self.branch = branch
        if shortcut is not None:
            self.shortcut = shortcut

    def forward(self, x):
        return self.branch(x) + (self.shortcut(x) if hasattr(self, "shortcut") else x)`,
  },
  DelayLayer: {
    python: `class DelayLayer(nn.Module):
    """Weights that act after whole time steps: at position p the delay is (max_delay - 1) / 2 - p, rounded."""

    def __init__(self, shape, shared, max_delay, keep_length):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))
        position = [1, shape[1], *[1] * (len(shape) - 3), shape[-1]] if shared else shape
        self.position = nn.Parameter(torch.zeros(position))
        self.register_buffer("sig", torch.zeros(1))
        self.max_delay, self.half = max_delay, (max_delay - 1) // 2
        self.after = 0 if keep_length else self.half

    def kernel(self):
        """The weights by the tap that they act through, which is the last axis."""
        place = (self.position.round().clamp(-self.half, self.half) + self.half).long()
        taps = torch.zeros(*self.weight.shape, self.max_delay)
        taps.scatter_(-1, place.expand_as(self.weight).unsqueeze(-1), self.weight.detach().unsqueeze(-1))
        return taps.sum(-2)`,
  },
  DelayLinear: {
    needs: ["DelayLayer"],
    python: `class DelayLinear(DelayLayer):
    def forward(self, x):
        padded = F.pad(x.permute(1, 2, 0), (self.max_delay - 1, self.after))
        return F.conv1d(padded, self.kernel()).permute(2, 0, 1)`,
  },
  DelayConv2d: {
    needs: ["DelayLayer"],
    python: `class DelayConv2d(DelayLayer):
    def __init__(self, stride, padding, **options):
        super().__init__(**options)
        self.stride, self.padding = (1, stride, stride), (0, padding, padding)

    def forward(self, x):
        padded = F.pad(x.permute(1, 2, 0, 3, 4), (0, 0, 0, 0, self.max_delay - 1, self.after))
        kernel = self.kernel().movedim(-1, 2)
        return F.conv3d(padded, kernel, stride=self.stride, padding=self.padding).permute(2, 0, 1, 3, 4)`,
  },
  AdvancedSpatialAttention: {
    python: `def largest(score, count, axis):
    """The places of the largest scores along an axis; of equal ones the first is larger."""
    return score.argsort(dim=axis, descending=True, stable=True).argsort(dim=axis) < count


class AdvancedSpatialAttention(nn.Module):
    def __init__(self, steps, channels, hidden, share, mask, union, weighted):
        super().__init__()
        self.counts = int(channels * share), int(steps * share)
        self.share, self.mask, self.union, self.weighted = share, mask, union, weighted
        self.alpha, self.beta = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.fc1 = nn.Parameter(torch.zeros(hidden or steps, steps))
        if hidden is not None:
            self.fc2 = nn.Parameter(torch.zeros(steps, hidden))
        self.conv1, self.conv2 = (nn.Parameter(torch.zeros(1, 2, 3, 3)) for _ in range(2))

    def score(self, x):
        mean, top = x.mean((-2, -1)).permute(1, 2, 0), x.amax((-2, -1)).permute(1, 2, 0)
        hidden = F.linear((mean + top) / 2 + self.alpha * mean + self.beta * top, self.fc1)
        return F.linear(F.relu(hidden), self.fc2) if hasattr(self, "fc2") else hidden

    def gate(self, planes, share, kernel):
        described = torch.stack([planes.mean((0, 2)) / share, planes.amax((0, 2))], 1)
        return F.conv2d(described, kernel, padding=1).sigmoid()

    def forward(self, x):
        score = self.score(x)
        chosen = [largest(score, count, axis) for axis, count in enumerate(self.counts, 1)]
        if self.union:
            chosen = [one.any(0, keepdim=True).expand_as(one) for one in chosen]
        chosen = {"xor": torch.logical_xor, "and": torch.logical_and, "or": torch.logical_or}[self.mask](*chosen)
        by_plane = lambda values: values.permute(2, 0, 1)[..., None, None]
        important = by_plane(chosen).to(x.dtype)
        first = self.gate(important * x, self.share, self.conv1)
        second = self.gate((1 - important) * x, 1 - self.share, self.conv2)
        weight = by_plane(2 * score.sigmoid()) if self.weighted else 1
        return (important * weight * first + (1 - important) * second) * x`,
  },
};
