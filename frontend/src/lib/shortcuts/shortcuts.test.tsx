import { fireEvent, render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useEffect, useState } from "react";
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

it("runs sequences, except while a field has the focus", async () => {
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

it("removes the shortcuts of an unmounted component", async () => {
  go.mockClear();
  const user = userEvent.setup();
  const { rerender } = render(show());
  expect(screen.getByText("Go")).toBeInTheDocument();
  rerender(show(false));
  await user.keyboard("gd");
  expect(go).not.toHaveBeenCalled();
});

function Late() {
  const [isReady, setIsReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsReady(true));
    return () => clearTimeout(timer);
  }, []);
  return isReady ? <Probe /> : null;
}

it("runs a shortcut as soon as its component is visible", async () => {
  submit.mockClear();
  render(
    <ShortcutProvider>
      <Late />
    </ShortcutProvider>,
  );
  const field = await screen.findByLabelText("prompt");
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
  expect(submit).toHaveBeenCalledOnce();
});

function Form() {
  const [text, setText] = useState("");
  useShortcuts([
    { keys: "mod+enter", label: "Send", group: "Test", run: () => submit(text), whileTyping: true },
  ]);
  return <textarea aria-label="words" value={text} onChange={(event) => setText(event.target.value)} />;
}

it("submits the newest text when the shortcut follows at once", async () => {
  submit.mockClear();
  render(
    <ShortcutProvider>
      <Form />
    </ShortcutProvider>,
  );
  const field = screen.getByLabelText<HTMLTextAreaElement>("words");
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, "a fox");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  // As in a browser, where only microtasks run between two queued events.
  await Promise.resolve();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
  expect(submit).toHaveBeenCalledExactlyOnceWith("a fox");
});

it("runs a shortcut with Ctrl once while the key is held", () => {
  submit.mockClear();
  render(
    <ShortcutProvider>
      <Form />
    </ShortcutProvider>,
  );
  const field = screen.getByLabelText("words");
  fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
  fireEvent.keyDown(field, { key: "Enter", ctrlKey: true, repeat: true });
  expect(submit).toHaveBeenCalledOnce();
});
