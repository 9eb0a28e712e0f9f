import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ShortcutProvider, useShortcutList, useShortcuts } from ".";

const go = vi.fn();
const submit = vi.fn();
const SHORTCUTS = [
  { keys: "g d", label: "Go", group: "Test", run: go },
  { keys: "mod+enter", label: "Submit", group: "Test", run: submit, whileTyping: true },
];

function Probe() {
  useShortcuts(SHORTCUTS);
  return (
    <>
      <textarea aria-label="prompt" />
      <ul>
        {useShortcutList().map((shortcut) => (
          <li key={shortcut.keys}>{shortcut.label}</li>
        ))}
      </ul>
    </>
  );
}

const show = (isMounted = true) => <ShortcutProvider>{isMounted ? <Probe /> : null}</ShortcutProvider>;

it("runs sequences, but not while somebody types", async () => {
  const user = userEvent.setup();
  render(show());
  await user.keyboard("gd");
  expect(go).toHaveBeenCalledTimes(1);
  await user.type(screen.getByLabelText("prompt"), "gd");
  expect(go).toHaveBeenCalledTimes(1);
});

it("submits from inside a field", async () => {
  const user = userEvent.setup();
  render(show());
  await user.type(screen.getByLabelText("prompt"), "x{Control>}{Enter}{/Control}");
  expect(submit).toHaveBeenCalledOnce();
});

it("forgets what an unmounted component registered", async () => {
  go.mockClear();
  const user = userEvent.setup();
  const { rerender } = render(show());
  expect(screen.getByText("Go")).toBeInTheDocument();
  rerender(show(false));
  await user.keyboard("gd");
  expect(go).not.toHaveBeenCalled();
});
