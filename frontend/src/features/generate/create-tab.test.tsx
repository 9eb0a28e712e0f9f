import { act, fireEvent, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeAbilities, makeJob, makeModel } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, problem, startServer, url } from "@/testing/server";
import { CreateTab } from "./create-tab";

const server = startServer();
const submitted = vi.fn();

beforeEach(() => {
  localStorage.clear();
  submitted.mockReset();
  server.givesFeed([]);
  server.gives("/checkpoint-models", page([makeModel(), makeModel({ name: "sdxl.safetensors" })]));
  server.gives(
    "/lora-models",
    page([makeModel({ kind: "lora", name: "ink.safetensors", trigger_words: ["inkwash"] })]),
  );
  server.gives("/sampling-options", { samplers: ["euler", "heun"], schedulers: ["normal"] });
});

function acceptSubmissions() {
  server.use(
    http.post(url("/generation-jobs"), async ({ request }) => {
      submitted(await request.json(), request.headers.get("Idempotency-Key"));
      return HttpResponse.json(makeJob(), { status: 201 });
    }),
  );
}

const prompt = () => screen.getByRole("textbox", { name: "Prompt" });

describe("CreateTab", () => {
  it("requires a prompt", () => {
    renderApp(<CreateTab />);
    expect(screen.getByRole("button", { name: /^Generate/ })).toBeDisabled();
  });

  it("submits with Ctrl+Enter, without a seed and with a new idempotency key", async () => {
    acceptSubmissions();
    renderApp(<CreateTab />);
    await userEvent.click(prompt());
    await userEvent.paste("a fox");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(submitted).toHaveBeenCalledOnce());
    const [body, key] = submitted.mock.calls[0] ?? [];
    expect(body).toMatchObject({
      prompt: "a fox",
      width: 512,
      batch_size: 1,
      params: { seed: null, steps: 20 },
    });
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("sends the next submission before the first response, and none twice", async () => {
    const responses: (() => void)[] = [];
    server.use(
      http.post(url("/generation-jobs"), async ({ request }) => {
        submitted(((await request.json()) as { prompt: string }).prompt);
        await new Promise<void>((resolve) => responses.push(resolve));
        return problem(429, "too many wait");
      }),
    );
    renderApp(<CreateTab />);
    await userEvent.click(prompt());
    await userEvent.paste("a fox");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(submitted.mock.calls).toEqual([["a fox"]]));
    expect(screen.getByRole("button", { name: /^Generate/ })).toBeDisabled();
    await userEvent.keyboard("es");
    expect(screen.getByRole("button", { name: /^Generate/ })).toBeEnabled();
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(submitted.mock.calls).toEqual([["a fox"], ["a foxes"]]));
    // The first submission is rejected, but the form shows the second: a toast reports it.
    responses[0]?.();
    expect(await screen.findByText("Too many wait.")).toBeInTheDocument();
    responses[1]?.();
    await waitFor(() => expect(screen.getAllByText("Too many wait.")).toHaveLength(2));
  });

  it.each(["reset", "left"])("shows a rejection although the form was %s meanwhile", async (how) => {
    let answer = () => {};
    server.use(
      http.post(url("/generation-jobs"), async () => {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        submitted();
        return problem(429, "too many wait");
      }),
    );
    const { router } = renderApp(<CreateTab />, { path: "/generate", at: "/generate" });
    await userEvent.click(prompt());
    await userEvent.paste("a fox");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    if (how === "reset") await userEvent.click(screen.getByRole("button", { name: "Reset to defaults" }));
    else await act(() => router.navigate("/elsewhere"));
    await waitFor(() => {
      answer();
      expect(submitted).toHaveBeenCalledOnce();
    });
    expect(await screen.findByText("Too many wait.")).toBeInTheDocument();
  });

  it("shows the errors of the API at their fields", async () => {
    server.use(
      http.post(url("/generation-jobs"), () =>
        problem(422, "5 fields", [
          { field: "prompt", message: "is not allowed" },
          { field: "params.steps", message: "is too large" },
          { field: "checkpoint_model", message: "is not a checkpoint" },
          { field: "width", message: "must be at most 2,048" },
          { field: "height", message: "must be at least 64" },
        ]),
      ),
    );
    renderApp(<CreateTab />);
    await userEvent.click(prompt());
    await userEvent.paste("a fox");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText("Is not allowed.")).toBeInTheDocument();
    expect(screen.getByText("Is too large.")).toBeInTheDocument();
    expect(screen.getByText("Is not a checkpoint.")).toBeInTheDocument();
    expect(screen.getByText("Width must be at most 2,048.")).toBeInTheDocument();
    expect(screen.getByText("Height must be at least 64.")).toBeInTheDocument();
    expect(prompt()).toBeInvalid();
  });

  it("remembers the settings and resets them", async () => {
    acceptSubmissions();
    localStorage.setItem("genonaut:generate-settings", JSON.stringify({ prompt: "remembered", width: 768 }));
    renderApp(<CreateTab />);
    expect(prompt()).toHaveValue("remembered");
    expect(screen.getByLabelText("Width in pixels")).toHaveValue("768");
    await userEvent.click(screen.getByRole("button", { name: "Reset to defaults" }));
    expect(prompt()).toHaveValue("");
    // At once: the toast disappears after a while.
    fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
    expect(prompt()).toHaveValue("remembered");
    expect(screen.getByLabelText("Width in pixels")).toHaveValue("768");
  });

  it("shows beside the button that the seed of reused settings is locked, and unlocks it there", async () => {
    acceptSubmissions();
    const job = makeJob({ id: 7, prompt: "again" });
    server.gives("/generation-jobs/7", job);
    renderApp(<CreateTab />, { path: "/generate", at: "/generate?job=7" });
    expect(await screen.findByText(`Seed ${job.params.seed} is locked.`)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Use a random seed" }));
    expect(screen.queryByText(/is locked/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: /^Generate/ }));
    await waitFor(() => expect(submitted).toHaveBeenCalledOnce());
    expect(submitted.mock.calls[0]?.[0]).toMatchObject({ params: { seed: null } });
  });

  it("has no ControlNet to choose for a checkpoint that reads the control image itself", async () => {
    acceptSubmissions();
    const reading = makeModel({
      name: "depth.safetensors",
      abilities: makeAbilities({ reads_control: ["depth"] }),
    });
    server.gives("/checkpoint-models", page([reading]));
    server.gives("/models", page([]));
    const layer = {
      image: { content_id: 9 },
      model: "canny.safetensors",
      strength: 0.8,
      preprocessor: "canny",
    };
    const stored = { prompt: "a fox", checkpoint: reading.name, images: { control: [layer] } };
    localStorage.setItem("genonaut:generate-settings", JSON.stringify(stored));
    renderApp(<CreateTab />);
    expect(await screen.findByText(/reads one control image itself.*: a depth map/)).toBeVisible();
    expect(screen.queryByLabelText("ControlNet")).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: /^Generate/ }));
    await waitFor(() => expect(submitted).toHaveBeenCalledOnce());
    const sent = { image: { content_id: 9 }, model: "", strength: 1, preprocessor: "none", type: "auto" };
    expect(submitted.mock.calls[0]?.[0]).toMatchObject({ control: [{ ...sent, start: 0, end: 1 }] });
  });

  it("fills the form from a job and clears the URL", async () => {
    server.gives("/generation-jobs/7", makeJob({ id: 7, prompt: "again", width: 640 }));
    const { router } = renderApp(<CreateTab />, { path: "/generate", at: "/generate?job=7" });
    await waitFor(() => expect(prompt()).toHaveValue("again"));
    await waitFor(() => expect(router.state.location.search).toBe(""));
  });

  it("chooses the model of the URL with its defaults", async () => {
    const defaults = {
      width: 832,
      height: 832,
      steps: 31,
      cfg: 2,
      sampler_name: "euler",
      scheduler: "simple",
    };
    server.gives("/checkpoint-models", {
      items: [makeModel({ name: "flux.safetensors", defaults })],
      next_cursor: null,
    });
    const { router } = renderApp(<CreateTab />, {
      path: "/generate",
      at: "/generate?prompt=a%20fox&model=flux.safetensors",
    });
    await waitFor(() => expect(screen.getByLabelText("Width in pixels")).toHaveValue("832"));
    expect(prompt()).toHaveValue("a fox");
    await waitFor(() => expect(router.state.location.search).toBe(""));
  });

  it("offers examples while there are no jobs", async () => {
    const { router } = renderApp(<CreateTab />, { path: "/generate", at: "/generate" });
    await userEvent.click(await screen.findByRole("link", { name: /aurora/ }));
    await waitFor(() => expect(prompt()).toHaveValue("snowy mountains under a green aurora"));
    expect(prompt()).toHaveFocus();
    await waitFor(() => expect(router.state.location.search).toBe(""));
  });

  it("swaps width and height and locks the aspect ratio", async () => {
    renderApp(<CreateTab />);
    await userEvent.click(screen.getByRole("button", { name: "Portrait" }));
    await userEvent.click(screen.getByRole("button", { name: "Swap width and height" }));
    expect(screen.getByLabelText("Width in pixels")).toHaveValue("768");
    await userEvent.click(screen.getByRole("button", { name: "Lock aspect ratio" }));
    const height = screen.getByLabelText("Height in pixels");
    await userEvent.clear(height);
    await userEvent.type(height, "1001{Enter}");
    expect(height).toHaveValue("1000");
    expect(screen.getByLabelText("Width in pixels")).toHaveValue("1504");
  });

  it.each([
    ["cfg", "textbox", "Guidance (CFG)"],
    ["clip-skip", "textbox", "Clip skip"],
    ["negative-prompt", "textbox", "Negative prompt"],
  ])("opens the section of the field %s and focuses it", async (id, role, name) => {
    server.gives("/models", page([]));
    const { router } = renderApp(<CreateTab />, { path: "/generate", at: `/generate?field=${id}` });
    await waitFor(() => expect(screen.getByRole(role, { name })).toHaveFocus());
    expect(router.state.location.search).toBe("");
  });
});
