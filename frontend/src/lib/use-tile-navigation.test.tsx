import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useRef } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { useTileNavigation } from "./use-tile-navigation";

const COLUMNS = 3;

// jsdom has no layout: tiles of 100 pixels in three columns.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
    const place = Number(this.dataset.tile ?? 0);
    return new DOMRect((place % COLUMNS) * 100, Math.floor(place / COLUMNS) * 100, 90, 90);
  });
});

function Grid() {
  const grid = useRef<HTMLDivElement>(null);
  useTileNavigation(grid);
  return (
    <>
      <div ref={grid}>
        {[0, 1, 2, 3, 4, 5, 6].map((place) => (
          <div key={place} data-tile={place}>
            <a href="/">{`image ${place}`}</a>
            <input type="checkbox" aria-label={`Select ${place}`} />
          </div>
        ))}
      </div>
      <button type="button">after</button>
    </>
  );
}

const focused = () =>
  document.activeElement?.textContent || document.activeElement?.getAttribute("aria-label");

it("is one tab stop, with the controls of the current tile", async () => {
  render(<Grid />);
  await userEvent.tab();
  expect(focused()).toBe("image 0");
  await userEvent.tab();
  expect(focused()).toBe("Select 0");
  await userEvent.tab();
  expect(focused()).toBe("after");
  await userEvent.tab({ shift: true });
  expect(focused()).toBe("Select 0");
});

it("moves with the arrow keys, Home and End, and remembers the tile", async () => {
  render(<Grid />);
  await userEvent.tab();
  const moves = ["{ArrowRight}", "{ArrowDown}", "{ArrowDown}", "{ArrowUp}", "{ArrowLeft}", "{ArrowLeft}"];
  const seen: unknown[] = [];
  for (const key of moves) {
    await userEvent.keyboard(key);
    seen.push(focused());
  }
  // Below image 4 there is nothing in its column; the last row has one image.
  expect(seen).toEqual(["image 1", "image 4", "image 6", "image 3", "image 2", "image 1"]);
  await userEvent.keyboard("{End}");
  await waitFor(() => expect(focused()).toBe("image 6"));
  await userEvent.keyboard("{Home}");
  await waitFor(() => expect(focused()).toBe("image 0"));
  await userEvent.keyboard("{ArrowRight}");
  screen.getByRole("button", { name: "after" }).focus();
  await userEvent.tab({ shift: true });
  expect(focused()).toBe("Select 1");
});
