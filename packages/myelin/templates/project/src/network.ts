/** The network, and what it learns: two classes of points in the plane, labelled like XOR. */
import {
  Adam,
  atan,
  backward,
  createEngine,
  KLIF,
  Linear,
  meanOverTime,
  rateCrossEntropy,
  RepeatOverTime,
  Sequential,
  tensor,
} from "myelin";

const BATCH = 64;

/** Trains for so many steps, and says after every sixtieth how far it is. */
export async function train(steps: number, log: (line: string) => void): Promise<void> {
  const engine = await createEngine({ seed: 1 });
  const network = new Sequential(
    new Linear(2, 64),
    new RepeatOverTime(8), // [B, 64] -> [T, B, 64]
    new KLIF({ surrogate: atan() }),
    new Linear(64, 2),
    new KLIF({ surrogate: atan() }),
  );
  const optimizer = new Adam(network.parameters(), { lr: 0.01 });

  for (let step = 1; step <= steps; step++) {
    const points = Array.from({ length: BATCH }, () => [engine.random.normal(), engine.random.normal()]);
    const labels = points.map(([x = 0, y = 0]) => Number(x * y > 0));
    const { loss, accuracy } = await engine.step(async () => {
      const spikes = network.forward(tensor(points)); // [T, B, 2]
      const loss = rateCrossEntropy(spikes, tensor(labels));
      backward(loss);
      optimizer.step();
      const rates = await meanOverTime(spikes).data(); // [B, 2]
      const right = labels.filter((label, i) => rates[2 * i + label]! > rates[2 * i + 1 - label]!);
      return { loss: await loss.item(), accuracy: right.length / BATCH };
    });
    if (step % 60 === 0) log(`step ${step}: loss ${loss.toFixed(2)}, accuracy ${accuracy.toFixed(2)}`);
  }
  await engine.dispose();
}
