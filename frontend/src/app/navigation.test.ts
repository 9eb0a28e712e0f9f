import { expect, it } from "vitest";
import { destinationsOf } from "./navigation";
import { pageCommands, queueCommand, shortcutCommands } from "./palette/commands";

it("lists the admin page for administrators only", () => {
  const pathsOf = (isAdmin: boolean) => destinationsOf(isAdmin).map(({ path }) => path);
  expect(pathsOf(true)).toEqual([...pathsOf(false), "/admin"]);
  expect(pathsOf(false)).toContain("/gallery");
});

it("leads to collections, models and presets, each with a shortcut of its own", () => {
  const all = destinationsOf(true);
  expect(all.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["/collections", "/models", "/presets"]),
  );
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
});

it("lists each page and the queue once in the palette", () => {
  const run = () => undefined;
  const shortcuts = [
    { keys: "q", label: "Queue", group: "General", run },
    { keys: "?", label: "Keyboard shortcuts", group: "General", run },
  ];
  const commands = [...pageCommands(true, run), queueCommand(run), ...shortcutCommands(shortcuts)];
  const ids = commands.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const queue = commands.filter(({ title }) => /queue/i.test(title));
  expect(queue.map(({ title, keys }) => [title, keys])).toEqual([["Open the queue", "q"]]);
});
