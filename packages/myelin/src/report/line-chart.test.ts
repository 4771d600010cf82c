import { expect, it } from "vitest";
import { lineChart } from "./line-chart.ts";

const AXIS = { label: "learning rate" };

it.each([[[1e-320, 1e-320]], [[0, 5e-324]], [[1e-320, 1]], [[-1e-310, 1e-310]], [[1e300, 1e300]]])(
  "draws values of any size: %j",
  (values) => {
    const points = values.map((value, i) => [i, value] as const);
    expect(String(lineChart([{ name: "rate", points }], AXIS).picture)).toContain("<svg");
  },
);
