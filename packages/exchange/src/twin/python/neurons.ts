import type { Piece } from "./piece.ts";

/** Neurons, and what goes through time. */
export const NEURONS: Readonly<Record<string, Piece>> = {
  OverTime: {
    python: `class OverTime(nn.Module):
    """Goes from step to step: \`step\` takes an input and the state before, which \`initial\` gives at the start."""

    def forward(self, x):
        state, outputs = self.initial(x[0]), []
        for now in x:
            output, state = self.step(now, state)
            outputs.append(output)
        return torch.stack(outputs)`,
  },
  LeakyIntegrator: {
    needs: ["OverTime"],
    python: `class LeakyIntegrator(OverTime):
    def __init__(self, tau, decay_input):
        super().__init__()
        self.keep, self.gain = 1 - 1 / tau, 1 / tau if decay_input else 1.0

    def initial(self, x):
        return torch.zeros_like(x)

    def step(self, x, v):
        v = self.keep * v + self.gain * x
        return v, v`,
  },
  IF: {
    needs: ["OverTime"],
    python: `class IF(OverTime):
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

    def initial(self, x):
        return torch.full_like(x, self.v_reset or 0.0)

    def step(self, x, v):
        f = self.scale(self.charge(v, x))
        s = (f >= self.v_threshold).to(f.dtype)
        return s, self.reset(f, s, self.v_threshold)

    def reset(self, f, s, threshold):
        if self.v_reset is None:
            return self.carried(f - threshold * s)
        return self.carried(f) * (1 - s) + self.v_reset * s`,
  },
  LIF: {
    needs: ["IF"],
    python: `class LIF(IF):
    def __init__(self, tau, decay_input, v_threshold, v_reset):
        super().__init__(v_threshold, v_reset)
        self.tau, self.decay_input = tau, decay_input

    def rate(self):
        return 1 / self.tau

    def charge(self, v, x):
        leak = v - (self.v_reset or 0.0)
        return v + (x - leak) * self.rate() if self.decay_input else v - leak * self.rate() + x`,
  },
  PLIF: {
    needs: ["LIF"],
    python: `class PLIF(LIF):
    def __init__(self, decay_input, v_threshold, v_reset):
        super().__init__(None, decay_input, v_threshold, v_reset)
        self.w = nn.Parameter(torch.tensor(0.0))

    def rate(self):
        return self.w.sigmoid()`,
  },
  KLIF: {
    needs: ["LIF"],
    python: `class KLIF(LIF):
    def __init__(self, tau, decay_input, scale_reset, v_threshold, v_reset):
        super().__init__(tau, decay_input, v_threshold, v_reset)
        self.scale_reset = scale_reset
        self.k = nn.Parameter(torch.tensor(1.0))

    def scale(self, h):
        return F.relu(self.k * h)

    def carried(self, v):
        return v / self.k if self.scale_reset else v`,
  },
  ALIF: {
    needs: ["LIF"],
    python: `class ALIF(LIF):
    """Every spike raises the threshold for a while."""

    def __init__(self, tau_adaptation, beta, **options):
        super().__init__(**options)
        self.rho, self.beta = math.exp(-1 / tau_adaptation), beta

    def initial(self, x):
        return super().initial(x), torch.zeros_like(x)

    def step(self, x, state):
        v, a = state
        h, threshold = self.charge(v, x), self.v_threshold + self.beta * a
        s = (h >= threshold).to(h.dtype)
        return s, (self.reset(h, s, threshold), self.rho * a + (1 - self.rho) * s)`,
  },
  Recurrent: {
    needs: ["OverTime"],
    python: `class Recurrent(OverTime):
    """A neuron that gets its spikes of the step before."""

    def __init__(self, neuron, features):
        super().__init__()
        self.neuron, self.feedback = neuron, nn.Linear(features, features, bias=False)

    def initial(self, x):
        return torch.zeros_like(x), self.neuron.initial(x)

    def step(self, x, state):
        before, inner = state
        s, inner = self.neuron.step(x + self.feedback(before), inner)
        return s, (s, inner)`,
  },
  functions: {
    python: `def tensor(a):
    return a if torch.is_tensor(a) else torch.tensor(a)


class functions:
    """The functions of equations, of numbers and of tensors."""

    exp = lambda a: tensor(a).exp()
    log = lambda a: tensor(a).log()
    sqrt = lambda a: tensor(a).sqrt()
    tanh = lambda a: tensor(a).tanh()
    sigmoid = lambda a: tensor(a).sigmoid()
    softplus = lambda a: torch.logaddexp(tensor(a), torch.tensor(0.0))
    sin = lambda a: tensor(a).sin()
    cos = lambda a: tensor(a).cos()
    abs = lambda a: tensor(a).abs()
    relu = lambda a: tensor(a).clamp(min=0)
    min = lambda a, b: torch.minimum(tensor(a), tensor(b))
    max = lambda a, b: torch.maximum(tensor(a), tensor(b))
    clamp = lambda a, low, high: functions.min(functions.max(a, low), high)
    where = lambda condition, a, b: torch.where(tensor(condition), tensor(a), tensor(b))
    detach = lambda a: a
    spike = lambda u: (tensor(u) >= 0).float()`,
  },
  Equations: {
    needs: ["OverTime", "functions"],
    python: `class Equations(OverTime):
    """A neuron by its equations. For inference: spikes have no gradient."""

    def __init__(self, numbers):
        super().__init__()
        self.numbers = list(numbers)
        for name, value in numbers.items():
            if isinstance(value, list):
                self.register_buffer(name, torch.tensor(value), persistent=False)
            else:
                setattr(self, name, value)

    def initial(self, x):
        return [torch.zeros_like(x) + self.rest(value, x) for value in self.at_rest]

    def rest(self, value, x):
        """A number, or the name of one."""
        return self.placed(getattr(self, value), x) if isinstance(value, str) else value

    def step(self, x, state):
        return self.equations(x, *state, *(self.placed(getattr(self, name), x) for name in self.numbers))

    def placed(self, number, x):
        """Numbers per channel stand along the axis after the samples."""
        if not torch.is_tensor(number) or number.dim() == 0:
            return number
        return number.reshape(*number.shape, *[1] * (x.dim() - 1 - number.dim()))


def learned(*shape):
    return nn.Parameter(torch.zeros(shape))`,
  },
};
