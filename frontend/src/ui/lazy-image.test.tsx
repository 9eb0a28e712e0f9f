import { fireEvent, render, screen } from "@testing-library/preact";
import { expect, it } from "vitest";
import { LazyImage } from "./lazy-image";

it("loads nothing while there is no thumbnail, and keeps the description", () => {
  const { container } = render(<LazyImage alt="a moored boat" width={512} height={768} />);
  expect(container.querySelector("img")).toBeNull();
  expect(screen.getByRole("img", { name: "a moored boat" })).toBeInTheDocument();
});

it("says that an image cannot be loaded, and which", () => {
  render(<LazyImage src="/broken" alt="a moored boat" width={512} height={768} />);
  fireEvent.error(screen.getByAltText("a moored boat"));
  expect(screen.getByRole("img", { name: "Image not available: a moored boat" })).toBeInTheDocument();
  expect(screen.getByText("Image not available")).toBeInTheDocument();
});
