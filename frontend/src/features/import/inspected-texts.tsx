import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { InspectedFile } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { charactersOf, samplingEntries } from "@/lib/sampling-entries";
import { CopyButton } from "@/ui/copy-button";
import { DetailList } from "@/ui/detail-list";

interface InspectedTextsProps {
  readonly inspected: InspectedFile;
  /** Names of models and samplers that are not here. */
  readonly missing: readonly string[];
}

/** Prompt and settings of a file, and what of it is not here. */
export function InspectedTexts({ inspected, missing }: InspectedTextsProps) {
  const { prompt, negative_prompt: negative, program } = inspected;
  const settings = settingsOf(inspected);
  const characters = charactersOf(inspected.metadata);
  if (program === null) {
    return (
      <Typography sx={{ color: "text.secondary" }}>
        {!inspected.is_importable
          ? "The gallery takes images, videos and sounds. It cannot read this file."
          : "This file does not say how it was made. It can be added to the gallery."}
      </Typography>
    );
  }
  return (
    <Box sx={{ display: "grid", gap: 2, alignContent: "start", minWidth: 0 }}>
      {prompt === "" ? null : <Text title="Prompt" text={prompt} />}
      {negative === "" ? null : <Text title="Negative prompt" text={negative} />}
      {characters.length === 0 ? null : <Text title="Characters" text={characters.join("\n")} />}
      <DetailList title="Settings" entries={settings} />
      {missing.length > 0 ? (
        <Alert severity="info">Not on your ComfyUI servers: {missing.join(", ")}</Alert>
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

function settingsOf(inspected: InspectedFile): [string, string][] {
  const { program, checkpoint_model: model, width, height, metadata } = inspected;
  const version = metadata.program_version;
  const entries: [string, string][] = [
    ["Program", [program, typeof version === "string" ? version : ""].join(" ").trim()],
  ];
  if (model !== "") entries.push(["Model", modelTitle(model)]);
  if (width !== null && height !== null) entries.push(["Size", `${width} × ${height}`]);
  entries.push(...samplingEntries(metadata));
  const loras = metadata.lora_models;
  if (Array.isArray(loras) && loras.length > 0) entries.push(["LoRAs", loras.map(loraText).join(", ")]);
  return entries;
}

const loraText = ({ name, strength_model }: { name: string; strength_model: number }): string =>
  `${name} (${strength_model})`;
