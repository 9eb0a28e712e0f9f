import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { workflowQuery } from "@/features/workflows/queries";
import { formatBytes, formatDateTime, formatSeconds, modelTitle } from "@/lib/format";
import { charactersOf, samplingEntries } from "@/lib/sampling-entries";
import { CopyButton } from "@/ui/copy-button";
import { DetailList } from "@/ui/detail-list";
import { TimeAgo } from "@/ui/time-ago";
import { Actions } from "./actions";
import { EditableTitle } from "./editable-title";
import { Lineage } from "./lineage";
import { LoraList } from "./lora-list";
import { RatingField } from "./rating-field";
import { TagsField } from "./tags-field";
import { VisibilitySwitch } from "./visibility-switch";

interface DetailsProps {
  readonly item: Content;
}

/** Title, prompts, settings and file details of an item, and its actions. */
export function Details({ item }: DetailsProps) {
  const settings = settingsOf(item);
  const characters = charactersOf(item.metadata);
  return (
    <Box sx={{ display: "grid", gap: 2.5, minWidth: 0 }}>
      <Box>
        <EditableTitle item={item} />
        <Typography variant="body2" sx={{ color: "text.secondary", mt: 0.5 }}>
          {item.is_mine ? "Yours" : `By ${item.creator.username}`} · <TimeAgo at={item.created_at} />
        </Typography>
      </Box>
      <Actions item={item} />
      <Lineage item={item} />
      <RatingField item={item} />
      {item.is_mine ? <VisibilitySwitch item={item} /> : null}
      <TagsField item={item} />
      {item.prompt === "" ? null : <PromptText title="Prompt" text={item.prompt} />}
      {item.negative_prompt === "" ? null : (
        <PromptText title="Negative prompt" text={item.negative_prompt} />
      )}
      {characters.length === 0 ? null : <PromptText title="Characters" text={characters.join("\n")} />}
      <WorkflowDetails item={item} />
      {settings.length === 0 ? null : <DetailList title="Settings" entries={settings} />}
      <LoraList item={item} />
      <DetailList title="File" entries={fileOf(item)} />
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

/** The workflow that made the item, as far as the user may see it. */
function WorkflowDetails({ item }: { readonly item: Content }) {
  if (item.workflow_id === null) return null;
  return <WorkflowTitle id={item.workflow_id} />;
}

function WorkflowTitle({ id }: { readonly id: number }) {
  const title = useQuery({ ...workflowQuery(id), retry: false }).data?.title;
  if (title === undefined) return null;
  return (
    <DetailList
      title="Workflow"
      entries={[
        [
          "Title",
          <Link key={id} to={`/workflows/${id}`}>
            {title}
          </Link>,
        ],
      ]}
    />
  );
}

/** Rows of the file; only kinds with a size in pixels have dimensions. */
function fileOf(item: Content): [string, string][] {
  const { content_type, width, height, duration_seconds: duration, frame_rate: rate } = item;
  const entries: [string, string][] = [];
  if (content_type === "image" || content_type === "video")
    entries.push(["Dimensions", `${width} × ${height} px`]);
  if (duration !== null) entries.push(["Duration", formatSeconds(duration)]);
  if (rate !== null) entries.push(["Frame rate", `${Number(rate.toFixed(2))} fps`]);
  return [
    ...entries,
    ["File size", formatBytes(item.size_bytes)],
    ["Type", item.mime],
    ["Created", formatDateTime(item.created_at)],
    ["SHA-256", `${item.sha256.slice(0, 16)}…`],
  ];
}

function settingsOf({ checkpoint_model, metadata }: Content): [string, string][] {
  const entries: [string, string][] =
    checkpoint_model === "" ? [] : [["Model", modelTitle(checkpoint_model)]];
  if (typeof metadata.program === "string") entries.push(["Made with", metadata.program]);
  entries.push(...samplingEntries(metadata));
  if (typeof metadata.backend === "string") entries.push(["ComfyUI server", metadata.backend]);
  const { duration_seconds: duration } = metadata;
  if (typeof duration === "number") entries.push(["Render time", formatSeconds(duration)]);
  return entries;
}
