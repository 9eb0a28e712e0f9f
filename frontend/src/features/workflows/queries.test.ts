import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { startServer, url } from "@/testing/server";
import { analyzeWorkflow } from "./queries";

const server = startServer();

/** Answer an analysis with what was sent. */
function echo() {
  server.use(
    http.post(url("/workflows/analyze"), async ({ request }) =>
      HttpResponse.json({
        type: request.headers.get("Content-Type")?.split(";")[0],
        body: await request.text(),
      }),
    ),
  );
}

it("sends a dropped file as a form", async () => {
  echo();
  const sent = (await analyzeWorkflow({ file: new File(["{}"], "portrait.json") })) as unknown as {
    type: string;
    body: string;
  };
  expect(sent.type).toBe("multipart/form-data");
  expect(sent.body).toContain('name="file"');
});

it("sends a document and an image of the gallery as JSON", async () => {
  echo();
  expect(await analyzeWorkflow({ document: { 1: {} } })).toEqual({
    type: "application/json",
    body: '{"1":{}}',
  });
  expect(await analyzeWorkflow({ contentId: 12 })).toMatchObject({ body: '{"content_id":12}' });
});
