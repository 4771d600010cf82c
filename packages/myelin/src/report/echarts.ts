/** ECharts with the parts that reports use. The build joins it with the library, which the package does not depend on. */
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, MarkLineComponent, SVGRenderer]);

/** What is used of a chart. The package's types know nothing of ECharts, as it does not come along. */
interface Chart {
  setOption(option: object): void;
  renderToSVGString(options: { readonly useViewBox: boolean }): string;
  dispose(): void;
}

/** A chart that draws SVG texts of this size, without a document. */
export function createChart(width: number, height: number): Chart {
  return init(null, null, { renderer: "svg", ssr: true, width, height });
}
