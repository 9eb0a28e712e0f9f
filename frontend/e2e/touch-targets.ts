/** Sizes of what a finger can touch. */
import type { Page } from "playwright-core";

/**
 * Return the visible controls that are narrower or lower than 44 pixels (WCAG 2.5.5).
 *
 * The label of a field and the frame around it belong to the control. Links within a sentence have no limit.
 */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls =
      "a[href], button, input, select, textarea, summary, [role=button], [role=option], [role=menuitem]";
    const frames = ".MuiInputBase-root, .MuiCheckbox-root, .MuiSwitch-root, .MuiRadio-root";
    const areaOf = (element: Element) => {
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      const frame = element.matches("input, select, textarea") ? element.closest(frames) : null;
      const boxes = [element, frame, ...labels].flatMap((part) => part?.getBoundingClientRect() ?? []);
      // A link may cover the row around it.
      const cover = getComputedStyle(element, "::after");
      const covered = cover.position === "absolute" ? [cover.width, cover.height].map(Number.parseFloat) : [];
      return [
        Math.max(...boxes.map(({ width }) => width), covered[0] || 0),
        Math.max(...boxes.map(({ height }) => height), covered[1] || 0),
      ];
    };
    const isInSentence = (element: Element) =>
      element.matches("a[href]") && getComputedStyle(element).display === "inline";
    const isUsable = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.matches(":disabled, [aria-disabled=true], [aria-hidden=true] *, .Mui-disabled *") &&
      !isInSentence(element);
    return [...document.querySelectorAll(controls)].filter(isUsable).flatMap((element) => {
      const [width = 0, height = 0] = areaOf(element);
      // Only screen readers see what is a pixel wide. Half a pixel may be lost to rounding.
      if (width <= 1 || (width >= 43.5 && height >= 43.5)) return [];
      const name = element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "";
      return [`${Math.round(width)} × ${Math.round(height)} ${element.localName} ${name.slice(0, 40)}`];
    });
  });
}
