import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { Content } from "@/api/types";
import { formatBytes, formatDateTime, formatSeconds, modelTitle } from "@/lib/format";
import { CopyButton } from "@/ui/copy-button";
import { DetailList } from "@/ui/detail-list";
import { TimeAgo } from "@/ui/time-ago";
import { Actions } from "./actions";
import { EditableTitle } from "./editable-title";
import { Lineage } from "./lineage";
import { LoraList } from "./lora-list";
import { RatingField } from "./rating-field";
import { TagsField } from "./tags-field";
import type { Neighbours } from "./use-neighbours";
import { VisibilitySwitch } from "./visibility-switch";

interface DetailsProps {
  readonly item: Content;
  readonly neighbours: Neighbours;
}

/** Title, prompts, settings and file details of an image, and its actions. */
export function Details({ item, neighbours }: DetailsProps) {
  return (
    <Box sx={{ display: "grid", gap: 2.5, minWidth: 0 }}>
      <Box>
        <EditableTitle item={item} />
        <Typography variant="body2" sx={{ color: "text.secondary", mt: 0.5 }}>
          {item.is_mine ? "Yours" : `By ${item.creator.username}`} · <TimeAgo at={item.created_at} />
        </Typography>
      </Box>
      <Actions item={item} neighbours={neighbours} />
      <Lineage item={item} />
      <RatingField item={item} />
      {item.is_mine ? <VisibilitySwitch item={item} /> : null}
      <TagsField item={item} />
      <PromptText title="Prompt" text={item.prompt} />
      {item.negative_prompt === "" ? null : (
        <PromptText title="Negative prompt" text={item.negative_prompt} />
      )}
      <DetailList title="Settings" entries={settingsOf(item)} />
      <LoraList item={item} />
      <DetailList
        title="File"
        entries={[
          ["Dimensions", `${item.width} × ${item.height} px`],
          ["File size", formatBytes(item.size_bytes)],
          ["Type", item.mime],
          ["Created", formatDateTime(item.created_at)],
          ["SHA-256", `${item.sha256.slice(0, 16)}…`],
        ]}
      />
    </Box>
  );
}

function PromptText({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <Box component="section">
      <Box sx={{ display: "flex", alignItems: "center", minHeight: 32 }}>
        <Typography variant="overline" component="h2" sx={{ flex: 1, color: "text.secondary" }}>
          {title}
        </Typography>
        <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
      </Box>
      <Typography dir="auto" sx={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Typography>
    </Box>
  );
}

const LABELS: readonly [string, string][] = [
  ["seed", "Seed"],
  ["steps", "Steps"],
  ["cfg", "Guidance (CFG)"],
  ["sampler_name", "Sampler"],
  ["scheduler", "Scheduler"],
  ["denoise", "Denoise"],
  ["backend", "ComfyUI server"],
];

function settingsOf({ checkpoint_model, metadata }: Content): [string, string][] {
  const entries: [string, string][] = [["Model", modelTitle(checkpoint_model)]];
  for (const [key, label] of LABELS) {
    const value = metadata[key];
    if (typeof value === "string" || typeof value === "number") entries.push([label, String(value)]);
  }
  const { duration_seconds: duration } = metadata;
  if (typeof duration === "number") entries.push(["Render time", formatSeconds(duration)]);
  return entries;
}
