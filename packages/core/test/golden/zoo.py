"""Makes fixtures/zoo.json: golden cases of the zoo, by an interpreter of its own in float64.

    npx myelin neuron --json | python3 packages/core/test/golden/zoo.py > packages/core/test/golden/fixtures/zoo.json

Reads the neurons' definitions and runs their lines as Python, on numbers that carry their derivatives along (forward
mode; Myelin derives backwards). `spike` has the derivative of the surrogate. Every parameter learns, each second one
per channel. Inputs are drawn anew until every neuron fires, and until no switch is nearer than MARGIN to its argument.
Needs numpy.
"""
import json
import sys

import numpy as np

T, B, C = 9, 2, 5
N = B * C
MARGIN = 1e-3
SURROGATES = [
    ("atan", 2.0, lambda u, a: a / 2 / (1 + (np.pi / 2 * a * u) ** 2)),
    ("sigmoid", 4.0, lambda u, a: a / (1 + np.exp(-a * u)) / (1 + np.exp(a * u))),
    ("fastSigmoid", 5.0, lambda u, a: 1 / (1 + a * np.abs(u)) ** 2),
    ("piecewiseQuadratic", 1.0, lambda u, a: np.maximum(0, a - a * a * np.abs(u))),
]


class Run:
    """What one run meets: how near arguments come to their switches."""

    margin = np.inf

    @classmethod
    def switch(cls, distance):
        cls.margin = min(cls.margin, float(np.min(np.abs(distance))))


class Dual:
    """A value for each neuron, and its derivatives by all that the neuron depends on."""

    def __init__(self, value, tangent):
        self.value, self.tangent = value, tangent

    @staticmethod
    def of(other):
        return other if isinstance(other, Dual) else Dual(np.full(N, float(other)), np.zeros((N, 1)))

    def chain(self, value, derivative):
        return Dual(value, derivative[:, None] * self.tangent)

    def __add__(self, other):
        other = Dual.of(other)
        return Dual(self.value + other.value, self.tangent + other.tangent)

    def __neg__(self):
        return Dual(-self.value, -self.tangent)

    def __sub__(self, other):
        return self + -Dual.of(other)

    def __mul__(self, other):
        other = Dual.of(other)
        tangent = self.value[:, None] * other.tangent + other.value[:, None] * self.tangent
        return Dual(self.value * other.value, tangent)

    def __truediv__(self, other):
        other = Dual.of(other)
        return self * other.chain(1 / other.value, -1 / other.value**2)

    def __pow__(self, exponent):
        return self.chain(self.value**exponent, exponent * self.value ** (exponent - 1))

    def __gt__(self, other):
        distance = self.value - Dual.of(other).value
        Run.switch(distance)
        return distance > 0

    def __lt__(self, other):
        return Dual.of(other) > self

    def __radd__(self, other):
        return Dual.of(other) + self

    def __rsub__(self, other):
        return Dual.of(other) - self

    def __rmul__(self, other):
        return Dual.of(other) * self

    def __rtruediv__(self, other):
        return Dual.of(other) / self


def where(condition, a, b):
    a, b = Dual.of(a), Dual.of(b)
    return Dual(np.where(condition, a.value, b.value), np.where(condition[:, None], a.tangent, b.tangent))


def language(surrogate):
    def of_numbers(function):
        return lambda *operands: function(*map(Dual.of, operands))

    def sigmoid(a):
        value = 1 / (1 + np.exp(-a.value))
        return a.chain(value, value * (1 - value))

    def fire(u):
        Run.switch(u.value)
        return u.chain((u.value >= 0).astype(float), surrogate(u.value))

    def clamp(a, low, high):
        return where(a < low, low, where(a > high, high, a))

    functions = {
        "exp": lambda a: a.chain(np.exp(a.value), np.exp(a.value)),
        "log": lambda a: a.chain(np.log(a.value), 1 / a.value),
        "sqrt": lambda a: a.chain(np.sqrt(a.value), 0.5 / np.sqrt(a.value)),
        "tanh": lambda a: a.chain(np.tanh(a.value), 1 - np.tanh(a.value) ** 2),
        "sin": lambda a: a.chain(np.sin(a.value), np.cos(a.value)),
        "cos": lambda a: a.chain(np.cos(a.value), -np.sin(a.value)),
        "softplus": lambda a: a.chain(np.logaddexp(0, a.value), 1 / (1 + np.exp(-a.value))),
        "abs": lambda a: where(a > 0, a, -a),
        "relu": lambda a: where(a > 0, a, 0),
        "min": lambda a, b: where(a < b, a, b),
        "max": lambda a, b: where(a > b, a, b),
        "detach": lambda a: Dual(a.value, np.zeros_like(a.tangent)),
        "sigmoid": sigmoid,
        "spike": fire,
        "clamp": clamp,
    }
    return {name: of_numbers(function) for name, function in functions.items()} | {"where": where, "pi": np.pi}


def simulate(neuron, functions, inputs, initial, parameters):
    """Outputs of every step and final states; the tangents are by inputs [T], states and parameters, in this order."""
    states = list(neuron["state"])
    width = T + len(states) + len(parameters)

    def seeded(value, place):
        tangent = np.zeros((N, width))
        tangent[:, place] = 1
        return Dual(value, tangent)

    lines = [line.split("#")[0].strip() for line in neuron["equations"].split("\n")]
    lines = [line for line in lines if line]
    values = {name: seeded(initial[name], T + i) for i, name in enumerate(states)}
    fixed = {name: seeded(value, T + len(states) + i) for i, (name, value) in enumerate(parameters.items())}
    outputs = {name: [] for name in neuron["outputs"]}
    for t in range(T):
        scope = {**functions, **fixed, **values, "x": seeded(inputs[t], t), "__builtins__": {}}
        for line in lines:
            exec(line, scope)
        values = {name: scope[name] for name in states}
        for name in outputs:
            outputs[name].append(scope[name])
    return outputs, values


def float32(values):
    return np.asarray(values, np.float32).astype(float)


def draw(neuron, kinds, surrogate, scale, random):
    """One attempt: what goes in and what comes out."""
    Run.margin = np.inf
    size = max(1.0, *(abs(value) for value in neuron["state"].values()))
    x = float32(scale * (0.4 + random.normal(size=(T, N))))
    initial = {name: float32(rest + 0.01 * size * random.normal(size=N)) for name, rest in neuron["state"].items()}
    if "s" in initial:
        initial["s"] = np.zeros(N)
    own = {}
    for name, (value, per) in kinds.items():
        spread = 0.05 * random.normal(size=C) if per == "channel" else np.zeros(1)
        own[name] = float32(value * (1 + spread) if abs(value) != 1 or per == "layer" else value - abs(spread))
    parameters = {name: np.tile(values, N // len(values)) for name, values in own.items()}
    outputs, final = simulate(neuron, language(surrogate), x, initial, parameters)
    return x, initial, own, outputs, final


def case_of(neuron, place):
    name, alpha, derivative = SURROGATES[place % len(SURROGATES)]
    random = np.random.default_rng(place)
    kinds = {}
    for i, (key, parameter) in enumerate(neuron["parameters"].items()):
        kinds[key] = (parameter["value"], "channel" if (i + place) % 2 == 0 else "layer")
    # Numbers of steps stay whole.
    kinds = {key: (value, "layer" if key == "refractory" else per) for key, (value, per) in kinds.items()}
    for attempt in range(4000):
        scale = neuron["current"] * 1.2 ** (attempt % 36 - 12)
        x, initial, own, outputs, final = draw(neuron, kinds, lambda u: derivative(u, alpha), scale, random)
        fired = np.mean([value.value != 0 for values in outputs.values() for value in values])
        finite = all(np.all(np.isfinite(value.tangent)) and np.all(np.abs(value.tangent) < 1e3) for value in final.values())
        if Run.margin > MARGIN and 0.1 < fired < 0.6 and finite:
            break
    else:
        raise SystemExit(f"{neuron['name']}: no attempt fits")
    weights = {key: float32(random.normal(size=(T, N))) for key in outputs}
    final_weights = {key: float32(random.normal(size=N)) for key in final}
    gradient = sum(weights[key][t][:, None] * outputs[key][t].tangent for key in outputs for t in range(T))
    gradient = gradient + sum(final_weights[key][:, None] * final[key].tangent for key in final)
    tensors = {}

    def keep(key, shape, values):
        numbers = [float(f"{value:.9g}") for value in np.asarray(values).ravel()]
        tensors[key] = {"shape": list(shape), "data": numbers}

    sequence, step = (T, B, C), (B, C)
    keep("x", sequence, x)
    for key, values in own.items():
        keep(f"param.{key}", (C,) if len(values) == C else (), values)
    for key in initial:
        keep(f"initial.{key}", step, initial[key])
    for key in outputs:
        keep(key, sequence, [value.value for value in outputs[key]])
        keep(f"g.{key}", sequence, weights[key])
    for key in final:
        keep(f"final.{key}", step, final[key].value)
        keep(f"gfinal.{key}", step, final_weights[key])
    keep("dx", sequence, gradient[:, :T].T)
    for i, key in enumerate(initial):
        keep(f"dinitial.{key}", step, gradient[:, T + i])
    for i, (key, values) in enumerate(own.items()):
        column = gradient[:, T + len(initial) + i]
        keep(f"dparam.{key}", (C,) if len(values) == C else (), column.reshape(B, C).sum(0) if len(values) == C else column.sum())
    parameters = {key: {"value": value, "learnable": True, "per": per} for key, (value, per) in kinds.items()}
    lines = "\n".join(line.strip() for line in neuron["equations"].strip().split("\n"))
    options = {"equations": lines, "state": neuron["state"], "parameters": parameters}
    options |= {"inputs": ["x"], "outputs": neuron["outputs"], "surrogate": name, "alpha": alpha}
    return {"name": neuron["name"], "options": options, "tensors": tensors}


def main():
    neurons = [neuron for neuron in json.load(sys.stdin) if "equations" in neuron]
    cases = [case_of(neuron, place) for place, neuron in enumerate(neurons)]
    convention = {
        "layout": "sequences [T, B, C]; initial, final and their gradients [B, C]; parameters per layer [] or per channel [C]",
        "loss": "sum over outputs of g.NAME * NAME + sum over states of gfinal.NAME * final.NAME; dNAME are its gradients",
        "margins": "arguments of spike, comparisons, min, max, clamp, relu, abs stay 1e-3 away from their switch",
        "made by": "packages/core/test/golden/zoo.py",
    }
    print(json.dumps({"convention": convention, "cases": cases}))


main()
