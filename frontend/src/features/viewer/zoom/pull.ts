import type { Point } from "./view";

const BACK_MS = 160;
/** A swipe opens another image within this time; else the image comes back. */
const WAIT_MS = 240;

/** Move an image along with the finger; null lets it go back to its place. */
export function pull(image: HTMLElement | null, by: Point | null): void {
  if (image === null) return;
  const before = image.style.translate;
  image.style.translate = by === null ? "" : `${by.x}px ${by.y}px`;
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (by !== null || before === "" || isStill) return;
  image.animate?.([{ translate: before }, { translate: "0px 0px" }], {
    duration: BACK_MS,
    delay: WAIT_MS,
    easing: "ease-out",
    fill: "backwards",
  });
}
