/** Optuna in a Python process of its own, a JSON object a line both ways. */
import { MyelinError } from "@myelin/core";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";

/** Answers each line with a line; ends with its input. */
const PROGRAM = `
import json, sys
def answer(value):
    print(json.dumps(value), flush=True)
try:
    import optuna
except ImportError as error:
    answer({"absent": str(error)})
    sys.exit(0)
optuna.logging.set_verbosity(optuna.logging.ERROR)
import warnings
warnings.filterwarnings("ignore")
samplers = {"tpe": "TPESampler", "gp": "GPSampler", "cmaes": "CmaEsSampler", "nsga2": "NSGAIISampler"}
study, space, trials = None, {}, {}
def distribution(axis):
    if axis["kind"] == "choice":
        return optuna.distributions.CategoricalDistribution(list(range(axis["count"])))
    kind = optuna.distributions.IntDistribution if axis["kind"] == "int" else optuna.distributions.FloatDistribution
    step = {} if axis.get("step") is None else {"step": axis["step"]}
    return kind(axis["low"], axis["high"], log=axis["log"], **step)
def begin(m):
    global study, space
    sampler = getattr(optuna.samplers, samplers[m["sampler"]])(seed=m["seed"])
    study = optuna.create_study(directions=m["directions"], sampler=sampler)
    space = {axis["name"]: distribution(axis) for axis in m["axes"]}
    return {"version": optuna.__version__}
def add(m):
    state = optuna.trial.TrialState.COMPLETE if m["values"] else optuna.trial.TrialState.FAIL
    study.add_trial(optuna.trial.create_trial(params=m["params"], distributions=space, values=m["values"], state=state))
    return {}
def ask(m):
    trial = study.ask(fixed_distributions=space)
    trials[trial.number] = trial
    return {"number": trial.number, "params": trial.params}
def tell(m):
    trial = trials.pop(m["number"])
    if m["values"]:
        study.tell(trial, m["values"])
    else:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    return {}
for line in sys.stdin:
    message = json.loads(line)
    try:
        answer({"begin": begin, "add": add, "ask": ask, "tell": tell}[message["op"]](message))
    except Exception as error:
        answer({"error": type(error).__name__ + ": " + str(error)})
`;

const HINT =
  "Install it with: pip install optuna; MYELIN_PYTHON names another Python. Or choose search random.";

/** A direction of Optuna's space. */
export type Axis =
  | { readonly name: string; readonly kind: "choice"; readonly count: number }
  | {
      readonly name: string;
      readonly kind: "int" | "float";
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      readonly step?: number | undefined;
    };

/** A question to the process. */
export type Question = Readonly<Record<string, unknown>> & { readonly op: "begin" | "add" | "ask" | "tell" };

/** The Python process. */
export class OptunaProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((answer: Record<string, unknown>) => void)[] = [];
  #said = "";

  constructor(program = process.env["MYELIN_PYTHON"] ?? "python3") {
    this.#child = spawn(program, ["-u", "-c", PROGRAM], { stdio: "pipe", detached: true });
    this.#child.stderr.on(
      "data",
      (text: Buffer) => (this.#said = (this.#said + text.toString()).slice(-500)),
    );
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.#waiting.shift()?.(JSON.parse(line) as Record<string, unknown>);
    });
    const end = (why: string): void => {
      for (const resolve of this.#waiting.splice(0)) resolve({ ended: why });
    };
    this.#child.on("error", () => end(`no program ${program}`));
    this.#child.on("close", () =>
      end(`a Python that ended${this.#said === "" ? "" : `: ${this.#lastLine()}`}`),
    );
  }

  /**
   * Asks and waits for the answer; answers come in the order of the questions.
   *
   * @throws MyelinError if Python or Optuna is missing, or Optuna refuses
   */
  async ask(question: Question): Promise<Record<string, unknown>> {
    const answer = await new Promise<Record<string, unknown>>((resolve) => {
      this.#waiting.push(resolve);
      if (this.#child.exitCode !== null) resolve({ ended: "a Python that ended" });
      else this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    });
    const { ended, absent, error } = answer;
    if (typeof ended === "string") throw refusal(ended);
    if (typeof absent === "string") throw refusal("a Python without it");
    if (typeof error === "string") {
      throw new MyelinError(
        `search optuna: expected a sampler that works, got "${error}". Choose another one.`,
      );
    }
    return answer;
  }

  close(): void {
    this.#child.stdin.end();
  }

  #lastLine(): string {
    return this.#said.trim().split("\n").at(-1) ?? "";
  }
}

function refusal(got: string): MyelinError {
  return new MyelinError(`search optuna: expected Python 3 with Optuna, got ${got}. ${HINT}`);
}
