import Rating from "@mui/material/Rating";
import TextField from "@mui/material/TextField";
import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { expect, it, vi } from "vitest";

it("keeps what was typed into a field with a default value when the form is drawn again", () => {
  const { rerender } = render(<TextField label="Name" defaultValue="old" helperText="first" />);
  const field = screen.getByLabelText("Name") as HTMLInputElement;
  expect(field.value).toBe("old");
  fireEvent.input(field, { target: { value: "new" } });
  rerender(<TextField label="Name" defaultValue="old" helperText="second" />);
  expect(field.value).toBe("new");
});

it("rates by a click", async () => {
  const onChange = vi.fn();
  render(<Rating value={null} onChange={(_, value) => onChange(value)} />);
  (screen.getByLabelText("4 Stars") as HTMLInputElement).click();
  await waitFor(() => expect(onChange).toHaveBeenCalledWith(4));
});

it("focuses a field with autoFocus when it is drawn first, in each dialog", () => {
  const ref = { current: null };
  const { rerender, unmount } = render(<TextField label="Name" autoFocus inputRef={ref} />);
  expect(screen.getByLabelText("Name")).toHaveFocus();
  expect(ref.current).toBe(screen.getByLabelText("Name"));
  screen.getByLabelText("Name").blur();
  rerender(<TextField label="Name" autoFocus inputRef={ref} helperText="second" />);
  expect(screen.getByLabelText("Name")).not.toHaveFocus();
  unmount();
  render(<TextField label="Other" autoFocus />);
  expect(screen.getByLabelText("Other")).toHaveFocus();
});

it("does not scroll to the field that it focuses", () => {
  const focus = vi.spyOn(HTMLElement.prototype, "focus");
  render(<TextField label="Name" autoFocus />);
  expect(focus).toHaveBeenCalledWith({ preventScroll: true });
  focus.mockRestore();
});
