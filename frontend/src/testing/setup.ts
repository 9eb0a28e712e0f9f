import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/preact";
import { afterEach, vi } from "vitest";
import { startNewPage } from "./document";

// This file runs before each test file, and all files of a worker share its document.
startNewPage();

// Only bounds failures: the default of one second is too short on a busy machine.
configure({ asyncUtilTimeout: 100_000 });

// jsdom has no layout: no media query matches, no element has a size or becomes visible.
window.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

class NoopObserver {
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
window.ResizeObserver = NoopObserver;
window.IntersectionObserver = NoopObserver;

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

// jsdom has no layout to scroll.
Element.prototype.scrollIntoView = () => undefined;
