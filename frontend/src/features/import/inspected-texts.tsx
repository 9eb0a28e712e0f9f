import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { InspectedFile } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { CopyButton } from "@/ui/copy-button";
import { DetailList } from "@/ui/detail-list";
import type { Matched } from "./use-inspected";

interface InspectedTextsProps {
  readonly inspected: InspectedFile;
  readonly matched: Matched;
}

/** Prompt and settings of a file, and what of it is not here. */
export function InspectedTexts({ inspected, matched }: InspectedTextsProps) {
  const { prompt, negative_prompt: negative, program } = inspected;
  const settings = settingsOf(inspected);
  if (program === null) {
    return (
      <Typography sx={{ color: "text.secondary" }}>
        This file does not say how it was made. It can be added to the gallery.
      </Typography>
    );
  }
  return (
    <Box sx={{ display: "grid", gap: 2, alignContent: "start", minWidth: 0 }}>
      {prompt === "" ? null : <Text title="Prompt" text={prompt} />}
      {negative === "" ? null : <Text title="Negative prompt" text={negative} />}
      <DetailList title="Settings" entries={settings} />
      {matched.missing.length > 0 ? (
        <Alert severity="info">Not on your ComfyUI servers: {matched.missing.join(", ")}</Alert>
      ) : null}
    </Box>
  );
}

function Text({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <Box component="section">
      <Box sx={{ display: "flex", alignItems: "center" }}>
        <Typography variant="overline" component="h3" sx={{ flex: 1, color: "text.secondary" }}>
          {title}
        </Typography>
        <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
      </Box>
      <Typography
        dir="auto"
        sx={{ maxHeight: 180, overflowY: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {text}
      </Typography>
    </Box>
  );
}

const LABELS: readonly (readonly [string, string])[] = [
  ["seed", "Seed"],
  ["steps", "Steps"],
  ["cfg", "Guidance (CFG)"],
  ["guidance", "Guidance"],
  ["sampler_name", "Sampler"],
  ["scheduler", "Scheduler"],
  ["denoise", "Denoise"],
  ["clip_skip", "CLIP skip"],
  ["vae", "VAE"],
];

function settingsOf(inspected: InspectedFile): [string, string][] {
  const { program, checkpoint_model: model, width, height, metadata } = inspected;
  const version = metadata.program_version;
  const entries: [string, string][] = [
    ["Program", [program, typeof version === "string" ? version : ""].join(" ").trim()],
  ];
  if (model !== "") entries.push(["Model", modelTitle(model)]);
  if (width !== null && height !== null) entries.push(["Size", `${width} × ${height}`]);
  for (const [name, label] of LABELS) {
    const value = metadata[name];
    if (typeof value === "string" || typeof value === "number") entries.push([label, String(value)]);
  }
  const loras = metadata.lora_models;
  if (Array.isArray(loras) && loras.length > 0)
    entries.push(["LoRAs", loras.map(({ name }: { name: string }) => name).join(", ")]);
  return entries;
}
