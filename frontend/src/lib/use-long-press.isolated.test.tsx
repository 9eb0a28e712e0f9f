import { act, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useLongPress } from "./use-long-press";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function Tile({ onPress, onClick }: { readonly onPress: () => void; readonly onClick: () => void }) {
  return (
    <div {...useLongPress(onPress)}>
      <button type="button" onClick={onClick}>
        tile
      </button>
    </div>
  );
}

function open() {
  const [onPress, onClick] = [vi.fn(), vi.fn()];
  render(<Tile onPress={onPress} onClick={onClick} />);
  return { tile: screen.getByRole("button"), onPress, onClick };
}

const touch = { pointerType: "touch", clientX: 20, clientY: 20 };
const rest = () => act(() => void vi.advanceTimersByTime(600));

it("takes a resting finger as a long press, and swallows the click after it", () => {
  const { tile, onPress, onClick } = open();
  fireEvent.pointerDown(tile, touch);
  rest();
  fireEvent.pointerUp(tile, touch);
  fireEvent.click(tile);
  expect([onPress.mock.calls.length, onClick.mock.calls.length]).toEqual([1, 0]);
  fireEvent.pointerDown(tile, touch);
  fireEvent.pointerUp(tile, touch);
  fireEvent.click(tile);
  expect([onPress.mock.calls.length, onClick.mock.calls.length]).toEqual([1, 1]);
});

it("takes a moving finger and a mouse as no long press", () => {
  const { tile, onPress } = open();
  fireEvent.pointerDown(tile, touch);
  fireEvent.pointerMove(tile, { ...touch, clientY: 60 });
  rest();
  fireEvent.pointerDown(tile, { ...touch, pointerType: "mouse" });
  rest();
  expect(onPress).not.toHaveBeenCalled();
});
