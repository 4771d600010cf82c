/**
 * What makes a page hard to read, a line each; runs in the page itself, so that everything it needs is inside of it.
 *
 * Measured are: what lies outside of the page, what does not fit its box, how tall lines of tables are, the size of
 * letters, and the contrast of texts against what is behind them.
 */
export function faultsOf(): string[] {
  const faults: string[] = [];
  const name = (element: Element): string =>
    `${element.tagName}.${element.getAttribute("class") ?? ""} "${(element.textContent ?? "").trim().slice(0, 40)}"`;
  const isShown = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0;
  };

  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  for (const element of document.querySelectorAll("body *")) {
    if (!isShown(element) || element.matches("input")) continue;
    const { left, right, height } = element.getBoundingClientRect();
    if (left < -0.5 || right > innerWidth + 0.5) faults.push(`outside of the page: ${name(element)}`);
    if (
      element.matches("figure,.card,.tile,td,th,li,h1,h2,h3,p,label") &&
      element.scrollWidth > element.clientWidth + 1
    ) {
      faults.push(`wider than its box: ${name(element)}`);
    }
    const tallest = element.closest(".headed") && innerWidth < 740 ? 400 : 110;
    if (element.matches("tr") && height > tallest) faults.push(`${height} px tall: ${name(element)}`);
    if (element.matches("figure") && height > 1400) faults.push(`${height} px tall: ${name(element)}`);
  }

  const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const over = (front: number[], back: number[], share: number): number[] =>
    [0, 1, 2].map((i) => share * (front[i] ?? 0) + (1 - share) * (back[i] ?? 0));
  const luminance = (colour: number[]): number => {
    const [r = 0, g = 0, b = 0] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255];
    const [r = 0, g = 0, b = 0, alpha = 1] = channels(getComputedStyle(element).backgroundColor);
    return alpha === 0
      ? behind(element.parentElement)
      : over([r, g, b], behind(element.parentElement), alpha);
  };
  /** Of a number in a matrix: its cell over the ground of the matrix. */
  const cellBehind = (element: Element): number[] => {
    const cell = getComputedStyle(element.previousElementSibling!);
    const ground = getComputedStyle(element.closest("svg")!.querySelector(".frame")!);
    return over(channels(cell.fill), channels(ground.fill), Number(cell.fillOpacity) * Number(cell.opacity));
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!element || (texts.currentNode.textContent ?? "").trim() === "" || !isShown(element)) continue;
    const style = getComputedStyle(element);
    const svg = element.closest("svg");
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const size = scale * parseFloat(style.fontSize);
    if (size < 7.5) faults.push(`letters of ${size.toFixed(1)} px: ${name(element)}`);
    const ground = element.matches(".matrix text:not(.axis)") ? cellBehind(element) : behind(element);
    const [a, b] = [luminance(channels(svg ? style.fill : style.color)), luminance(ground)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faults.push(`contrast of ${contrast.toFixed(2)}: ${name(element)}`);
  }
  return [...new Set(faults)].slice(0, 20);
}
