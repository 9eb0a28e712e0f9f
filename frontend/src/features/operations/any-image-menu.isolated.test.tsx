import { act, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { renderApp } from "@/testing/render";
import { AnyImageMenu } from "./any-image-menu";
import { imageAt } from "./image-at";

const PAGE = (
  <>
    <a href="/view/7">
      <img alt="Harbour" src="data:," />
    </a>
    <a href="/view/8">Text</a>
    <div data-content-id="9">
      <button type="button">Zoom</button>
    </div>
    <div className="selectable-tile">
      <a href="/view/10">
        <img alt="Tile" src="data:," />
      </a>
    </div>
    <AnyImageMenu />
  </>
);

afterEach(() => void vi.useRealTimers());

const menu = () => screen.queryByRole("menu");

it("finds the item of an image", () => {
  renderApp(PAGE);
  expect(imageAt(screen.getByAltText("Harbour"))).toBe(7);
  expect(imageAt(screen.getByText("Text"))).toBeNull();
  expect(imageAt(screen.getByText("Zoom"))).toBe(9);
  expect(imageAt(document.body)).toBeNull();
});

it("opens by the right mouse button, on images only", async () => {
  renderApp(PAGE);
  expect(fireEvent.contextMenu(screen.getByText("Text"))).toBe(true);
  expect(fireEvent.contextMenu(screen.getByAltText("Harbour"), { shiftKey: true })).toBe(true);
  expect(menu()).not.toBeInTheDocument();
  expect(fireEvent.contextMenu(screen.getByText("Zoom"), { button: 2 })).toBe(false);
  await waitFor(() => expect(menu()).toBeInTheDocument());
});

it("opens under a finger that rests, and not under one that moves", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  renderApp(PAGE);
  const finger = { pointerType: "touch", isPrimary: true };
  const image = screen.getByAltText("Harbour");
  fireEvent.pointerDown(image, finger);
  fireEvent.pointerMove(image, { ...finger, clientX: 40 });
  fireEvent.pointerDown(screen.getByAltText("Tile"), finger);
  act(() => void vi.advanceTimersByTime(1000));
  expect(menu()).not.toBeInTheDocument();
  const cancelled = vi.fn();
  image.addEventListener("pointercancel", cancelled);
  fireEvent.pointerDown(image, finger);
  act(() => void vi.advanceTimersByTime(1000));
  expect(cancelled).toHaveBeenCalledOnce();
  vi.useRealTimers();
  await waitFor(() => expect(menu()).toBeInTheDocument());
  // The click that follows does not open the page of the image.
  expect(fireEvent.click(image)).toBe(false);
});
