import { act, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, it, vi } from "vitest";
import { useBars } from "./use-bars";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function Viewer() {
  const { areHidden, setHidden } = useBars(true);
  return (
    <button type="button" onClick={() => setHidden(!areHidden)}>
      {areHidden ? "hidden" : "shown"}
    </button>
  );
}

const rest = () => act(() => void vi.advanceTimersByTime(3_000));

it("hides the bars after a while, and shows them when the mouse moves", () => {
  render(<Viewer />);
  screen.getByText("shown");
  rest();
  screen.getByText("hidden");
  fireEvent.pointerMove(window, { pointerType: "mouse" });
  screen.getByText("shown");
});

it("does not show hidden bars by a finger, but by a tap", () => {
  render(<Viewer />);
  rest();
  fireEvent.pointerDown(screen.getByText("hidden"), { pointerType: "touch" });
  fireEvent.click(screen.getByText("hidden"));
  screen.getByText("shown");
  rest();
  screen.getByText("hidden");
});
