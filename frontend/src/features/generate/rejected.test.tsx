/** Messages of the form about what was submitted or is too long. */
import { fireEvent, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, problem, startServer, url } from "@/testing/server";
import { CreateTab } from "./create-tab";

const server = startServer();

beforeEach(() => {
  localStorage.clear();
  server.givesFeed([]);
  server.gives("/checkpoint-models", page([makeModel()]));
  server.gives("/lora-models", page([]));
  server.gives("/sampling-options", { samplers: ["euler", "heun"], schedulers: ["normal"] });
});

const prompt = () => screen.getByRole("textbox", { name: "Prompt" });

it("removes a message about a field once the field is changed, and only that one", async () => {
  server.use(
    http.post(url("/generation-jobs"), () =>
      problem(422, "3 fields", [
        { field: "prompt", message: "is not allowed" },
        { field: "params.steps", message: "is too large" },
        { field: "checkpoint_model", message: "is not a checkpoint" },
      ]),
    ),
  );
  renderApp(<CreateTab />);
  await userEvent.click(prompt());
  await userEvent.paste("a fox");
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
  expect(await screen.findByText("Is not allowed.")).toBeInTheDocument();
  await userEvent.type(prompt(), "es");
  expect(screen.queryByText("Is not allowed.")).not.toBeInTheDocument();
  expect(prompt()).toBeValid();
  expect(screen.getByText("Is not a checkpoint.")).toBeInTheDocument();
  const steps = screen.getByRole("slider", { name: "Steps" });
  fireEvent.change(steps, { target: { value: "21" } });
  await waitFor(() => expect(screen.queryByText("Is too large.")).not.toBeInTheDocument());
  // The section that was opened for the message stays open.
  expect(screen.getByRole("button", { name: /^Sampling/ })).toHaveAttribute("aria-expanded", "true");
  await userEvent.keyboard("{Backspace}{Backspace}");
  expect(prompt()).toHaveValue("a fox");
  expect(screen.getByText("Is not allowed.")).toBeInTheDocument();
});

it("keeps a prompt that is too long, and says how long it may be", async () => {
  renderApp(<CreateTab />);
  const long = `${"word, ".repeat(2_000)}🦊`;
  await userEvent.click(prompt());
  await userEvent.paste(long);
  expect(prompt()).toHaveValue(long);
  expect(prompt()).toBeInvalid();
  expect(screen.getByText("Must be at most 10,000 characters long; it has 12,001.")).toBeInTheDocument();
});
