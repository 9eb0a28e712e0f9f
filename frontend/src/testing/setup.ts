import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// A busy machine takes longer than a second to show what was asked for.
configure({ asyncUtilTimeout: 30_000 });

// jsdom has no layout: no media query matches, nothing has a size, nothing comes into view.
window.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

class Unobserving {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
  readonly root = null;
  readonly rootMargin = "";
  readonly scrollMargin = "";
  readonly thresholds = [];
}
window.ResizeObserver = Unobserving;
window.IntersectionObserver = Unobserving;

afterEach(cleanup);
