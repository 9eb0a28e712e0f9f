import { expect, it } from "vitest";
import { History } from "./history";

const change = (name: string, bytes = 1) => ({ name, bytes });

it("takes changes back and applies them again", () => {
  const history = new History<{ name: string; bytes: number }>(100);
  expect(history.undo()).toBeNull();
  history.add(change("a"));
  history.add(change("b"));
  expect(history.undo()?.name).toBe("b");
  expect(history.canRedo).toBe(true);
  expect(history.redo()?.name).toBe("b");
  expect(history.undo()?.name).toBe("b");
  history.add(change("c"));
  expect(history.canRedo).toBe(false);
  expect(history.undo()?.name).toBe("c");
  expect(history.undo()?.name).toBe("a");
  expect(history.canUndo).toBe(false);
});

it("drops the oldest changes when they take too much memory, but keeps the newest", () => {
  const history = new History<{ name: string; bytes: number }>(10);
  history.add(change("a", 6));
  history.add(change("b", 6));
  history.add(change("c", 60));
  expect(history.undo()?.name).toBe("c");
  expect(history.canUndo).toBe(false);
});
