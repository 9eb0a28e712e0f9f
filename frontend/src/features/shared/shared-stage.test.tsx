import { render, screen } from "@testing-library/preact";
import { expect, test } from "vitest";
import type { SharedItem } from "@/api/types";
import { SharedStage } from "./shared-stage";

const item = (change: Partial<SharedItem>): SharedItem => ({
  id: 7,
  content_type: "video",
  title: null,
  prompt: null,
  width: 64,
  height: 64,
  placeholder: "",
  image_url: "/poster",
  file_url: "/file",
  thumbnails: [],
  ...change,
});

test("videos and audio have a player if the link includes their files", () => {
  render(<SharedStage item={item({})} />);
  const video = screen.getByLabelText("Video 7");
  expect(video.tagName).toBe("VIDEO");
  expect(video.getAttribute("src")).toBe("/file");
  expect(video.getAttribute("poster")).toBe("/poster");
  render(<SharedStage item={item({ content_type: "audio" })} />);
  expect(screen.getByLabelText("Audio 7").getAttribute("src")).toBe("/file");
  expect(screen.getByAltText("Audio 7").getAttribute("src")).toBe("/poster");
});

test("without files the first frame is shown, and why there is no player", () => {
  render(<SharedStage item={item({ file_url: null })} />);
  expect(screen.getByAltText("Video 7").getAttribute("src")).toBe("/poster");
  expect(screen.getByText("Video: this link does not include the file.")).toBeTruthy();
});

test("other files are named, with the way to open them", () => {
  render(<SharedStage item={item({ content_type: "model3d" })} />);
  expect(screen.queryByRole("img")).toBeNull();
  expect(screen.getByText("3D model: download it to open it.")).toBeTruthy();
});
