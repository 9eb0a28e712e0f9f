import { render, screen } from "@testing-library/preact";
import { expect, it } from "vitest";
import { ApiError } from "@/api/problem";
import { FormError } from "./form-error";

const rejected = (...fields: { field: string; message: string }[]) =>
  new ApiError(fields.map(({ field, message }) => `${field}: ${message}`).join("; "), {
    status: 422,
    fields,
  });

it("says nothing about fields that show their messages themselves", () => {
  render(
    <FormError error={rejected({ field: "$.params.steps", message: "is too large" })} fields={["params"]} />,
  );
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

it("says once what no field shows", () => {
  const error = rejected(
    { field: "title", message: "is required" },
    { field: "user_id", message: "is unknown" },
  );
  render(<FormError error={error} fields={["title"]} />);
  expect(screen.getByRole("alert")).toHaveTextContent(/^user_id: is unknown$/);
});

it("says once what concerns the whole form", () => {
  render(<FormError error={new ApiError("the queue is paused", { status: 409 })} fields={["title"]} />);
  expect(screen.getByRole("alert")).toHaveTextContent(/^the queue is paused$/);
});

it("is empty without an error", () => {
  const { container } = render(<FormError error={null} fields={[]} />);
  expect(container).toBeEmptyDOMElement();
});
