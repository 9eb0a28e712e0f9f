import { fireEvent, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { Content } from "@/api/types";
import { AnyImageMenu } from "@/features/operations/any-image-menu";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { startServer, url } from "@/testing/server";
import { makeWorkflow } from "@/testing/workflows";
import { ViewPage } from "./view-page";

const server = startServer();

beforeEach(() => {
  server.gives("/tags", { items: [] });
  server.gives("/content/:id/neighbours", { previous_id: null, next_id: 8 });
  server.gives("/content/:id/lineage", { parents: [], children: [] });
  server.gives("/content/8/similar", { items: [] });
  server.gives("/workflows/7", makeWorkflow({ id: 7, title: "Slow zoom" }));
});

function show(changes: Partial<Content>) {
  server.gives("/content/1", makeContent({ title: "Harbour", prompt: "", checkpoint_model: "", ...changes }));
  server.gives("/content/8", makeContent({ id: 8, title: "Next one" }));
  const page = (
    <>
      <ViewPage />
      <AnyImageMenu />
    </>
  );
  return renderApp(page, { path: "/view/:id", at: "/view/1" });
}

const video = {
  content_type: "video",
  workflow_id: 7,
  mime: "video/mp4",
  duration_seconds: 4,
  frame_rate: 23.976,
} as const;

it("plays a video and shows what is known of it", async () => {
  show(video);
  const player = (await screen.findByLabelText("Video: Harbour")) as HTMLVideoElement;
  expect(player).toHaveAttribute("src", "/api/v1/content/1/file");
  expect(player).toHaveAttribute("poster", "/api/v1/content/1/image");
  expect(player.loop).toBe(true);
  expect(screen.getByText("4.0 s")).toBeInTheDocument();
  expect(screen.getByText("23.98 fps")).toBeInTheDocument();
  expect(await screen.findByRole("link", { name: "Slow zoom" })).toHaveAttribute("href", "/workflows/7");
  expect(screen.queryByText("Prompt")).toBeNull();
  expect(screen.queryByText("Model")).toBeNull();
  for (const name of ["Full size", "Make from it"]) expect(screen.queryByRole("button", { name })).toBeNull();
  expect(screen.queryByText("Reuse settings")).toBeNull();
  expect(screen.getByRole("link", { name: "Download" })).toHaveAttribute(
    "href",
    "/api/v1/content/1/file?download=1",
  );
});

it("runs the workflow of an own item with its inputs, and of others without them", async () => {
  const { unmount } = show({ ...video, job_id: 5 });
  expect(await screen.findByRole("link", { name: "Run again with changes" })).toHaveAttribute(
    "href",
    "/workflows/7?job=5",
  );
  unmount();
  show({ ...video, job_id: 5, is_mine: false });
  expect(await screen.findByRole("link", { name: "Run again with changes" })).toHaveAttribute(
    "href",
    "/workflows/7",
  );
});

it("plays a sound below its waveform", async () => {
  show({ content_type: "audio", mime: "audio/mpeg", duration_seconds: 12, width: 800, height: 200 });
  expect(await screen.findByLabelText("Audio: Harbour")).toHaveAttribute("src", "/api/v1/content/1/file");
  expect(screen.getByRole("img", { name: "Waveform of Harbour" })).toBeInTheDocument();
  expect(screen.queryByText("Dimensions")).toBeNull();
});

it("shows the whole text of a file", async () => {
  server.use(http.get(url("/content/1/file"), () => HttpResponse.text("one\ntwo\nthree")));
  show({ content_type: "text", mime: "text/plain", text: "one" });
  await waitFor(() =>
    expect(screen.getByRole("region", { name: "Text" })).toHaveTextContent("one two three"),
  );
  expect(screen.getByRole("button", { name: "Copy text" })).toBeInTheDocument();
});

it("names a file that it cannot show", async () => {
  show({ content_type: "model3d", mime: "model/gltf-binary", metadata: { output: { filename: "a_1.glb" } } });
  expect(await screen.findByText("3D model · GLB · 100 KB")).toBeInTheDocument();
  expect(screen.queryByText("Dimensions")).toBeNull();
});

it("opens the next item by key, but not while the player is moved through by it", async () => {
  const { router } = show(video);
  const player = await screen.findByLabelText("Video: Harbour");
  await waitFor(() => expect(screen.getByRole("button", { name: "Next" })).toBeEnabled());
  player.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  expect(router.state.location.pathname).toBe("/view/1");
  await userEvent.keyboard("{ArrowRight}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/view/8"));
});

it("keeps zoom and operations for images", async () => {
  show({ prompt: "a harbour", checkpoint_model: "sd15.safetensors" });
  expect(await screen.findByRole("button", { name: "Full size" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Make from it" })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Reuse settings" })).toBeInTheDocument();
});

const removals = [
  ["the key", async () => userEvent.keyboard("{Delete}")],
  [
    "the menu of images",
    async () => {
      fireEvent.contextMenu(screen.getByRole("region", { name: "Image" }), { button: 2 });
      await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    },
  ],
  [
    "the menu above it",
    async () => {
      await userEvent.click(screen.getByRole("button", { name: "More actions" }));
      await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    },
  ],
] as const;

it.each(removals)(
  "opens the next item after a removal by %s, asks for nothing of it, and returns",
  async (_by, remove) => {
    const asked: string[] = [];
    server.use(
      http.delete(url("/content/1"), () => {
        server.use(
          http.get(url("/content/1"), ({ request }) => void asked.push(request.url)),
          http.get(url("/content/1/*"), ({ request }) => void asked.push(request.url)),
        );
        return new HttpResponse(null, { status: 204 });
      }),
      http.post(url("/content/1/restore"), () => {
        server.gives("/content/1", makeContent({ title: "Harbour" }));
        return HttpResponse.json(makeContent({ title: "Harbour" }));
      }),
    );
    const { router } = show({});
    await waitFor(() => expect(screen.getByRole("button", { name: "Next" })).toBeEnabled());
    await remove();
    await waitFor(() => expect(router.state.location.pathname).toBe("/view/8"));
    await screen.findByRole("heading", { name: "Next one", level: 1 });
    expect(asked).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/view/1"));
  },
);

it("says what was rated by a key while the immersive view hides the stars", async () => {
  server.use(
    http.put(url("/content/1/rating"), () =>
      HttpResponse.json(makeContent({ title: "Harbour", my_rating: 4 })),
    ),
  );
  show({});
  await screen.findByRole("button", { name: "Immersive view" });
  await userEvent.keyboard("i");
  await screen.findByRole("button", { name: "Immersive view", pressed: true });
  await userEvent.keyboard("4");
  expect(await screen.findByText("Rated 4 of 5")).toBeInTheDocument();
});
