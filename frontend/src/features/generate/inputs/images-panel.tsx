import Accordion from "@mui/material/Accordion";
import AccordionDetails from "@mui/material/AccordionDetails";
import AccordionSummary from "@mui/material/AccordionSummary";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { FieldErrors } from "@/api/field-errors";
import { checkpointsQuery } from "@/features/models";
import { AdvancedSection } from "./advanced-section";
import { ControlSection } from "./control-section";
import { HiresSection } from "./hires-section";
import { type ControlChoice, fittedControl, type ImageSettings, type PanelSettings } from "./image-settings";
import { ReferenceSection } from "./reference-section";
import { SourceSection } from "./source-section";

export interface ImagesPanelProps {
  readonly settings: PanelSettings;
  readonly onChange: (patch: Partial<PanelSettings>) => void;
  readonly errors: FieldErrors;
}

/** What the job does with images: source, references, control, hires fix, and advanced choices. */
export function ImagesPanel({ settings, onChange, errors }: ImagesPanelProps) {
  const { images } = settings;
  const change = (patch: Partial<ImageSettings>) => onChange({ images: { ...images, ...patch } });
  const maps = useMapsOf(settings.checkpoint);
  useFittedControl(images.control, maps, (control) => change({ control }));
  return (
    <Box>
      <Section
        title="Source image"
        summary={sourceText(images)}
        isUsed={images.source !== null}
        hasError={errors("source") !== undefined}
      >
        <SourceSection settings={settings} onChange={onChange} errors={errors} />
      </Section>
      <Section
        title="References"
        summary={countText(images.references.length)}
        isUsed={images.references.length > 0}
        hasError={errors("references") !== undefined}
      >
        <ReferenceSection
          references={images.references}
          onChange={(references) => change({ references })}
          errors={errors}
        />
      </Section>
      <Section
        title="Control"
        summary={maps.length > 0 && images.control.length === 0 ? "Needed" : countText(images.control.length)}
        isUsed={images.control.length > 0 || maps.length > 0}
        hasError={errors("control") !== undefined}
      >
        <ControlSection
          control={images.control}
          maps={maps}
          onChange={(control) => change({ control })}
          errors={errors}
        />
      </Section>
      <Section
        title="Size and model options"
        summary={optionsText(images)}
        isUsed={images.hires !== null}
        hasError={["hires", "vae", "clip_skip", "refiner"].some((name) => errors(name) !== undefined)}
      >
        <HiresSection
          hires={images.hires}
          width={settings.width}
          height={settings.height}
          onChange={(hires) => change({ hires })}
          errors={errors}
        />
        <AdvancedSection images={images} onChange={change} errors={errors} />
      </Section>
    </Box>
  );
}

const NO_MAPS: readonly string[] = [];

/** What the control image shows that the checkpoint reads itself, without a ControlNet; most read none. */
function useMapsOf(checkpoint: string | null): readonly string[] {
  const models = useQuery(checkpointsQuery).data;
  return models?.find(({ name }) => name === checkpoint)?.abilities?.reads_control ?? NO_MAPS;
}

/** Keep the control layers as the checkpoint takes them; another checkpoint has those from before back. */
function useFittedControl(
  control: readonly ControlChoice[],
  maps: readonly string[],
  onChange: (control: readonly ControlChoice[]) => void,
): void {
  const replaced = useRef<{ before: readonly ControlChoice[]; after: readonly ControlChoice[] } | null>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    const after = fittedControl(control, maps);
    if (after !== control) {
      replaced.current = { before: control, after };
      latest.current(after);
    } else if (maps.length === 0 && replaced.current !== null) {
      if (replaced.current.after === control) latest.current(replaced.current.before);
      replaced.current = null;
    }
  }, [control, maps]);
}

function sourceText({ source }: ImageSettings): string {
  if (source === null) return "None";
  if (source.extend !== null) return "Extended";
  return source.mask === null ? "Chosen" : "With a mask";
}

const countText = (count: number): string => (count === 0 ? "None" : String(count));

function optionsText({ hires, vae, clipSkip, refiner }: ImageSettings): string {
  const parts = [
    ...(hires === null ? [] : [`Hires × ${hires.scale}`]),
    ...(vae === null ? [] : ["VAE"]),
    ...(clipSkip === 1 ? [] : [`Clip skip ${clipSkip}`]),
    ...(refiner === null ? [] : ["Refiner"]),
  ];
  return parts.join(" · ") || "Default";
}

interface SectionProps {
  readonly title: string;
  readonly summary: string;
  readonly isUsed: boolean;
  readonly hasError: boolean;
  readonly children: ReactNode;
}

/** A section that is open while it is used, and otherwise when the user opens it. */
function Section({ title, summary, isUsed, hasError, children }: SectionProps) {
  const [isOpen, setIsOpen] = useState<boolean | null>(null);
  // It stays open while the invalid value is corrected.
  useEffect(() => (hasError ? setIsOpen(true) : undefined), [hasError]);
  const isShown = (isOpen ?? isUsed) || hasError;
  // What was just chosen elsewhere, such as a source from the gallery, is shown.
  useEffect(() => (isUsed ? setIsOpen(null) : undefined), [isUsed]);
  return (
    <Accordion
      expanded={isShown}
      onChange={(_event, next) => setIsOpen(next)}
      disableGutters
      slotProps={{ heading: { component: "h2" } }}
      sx={{
        bgcolor: "transparent",
        "&::before": { display: "none" },
        border: 1,
        borderColor: "divider",
        "&:not(:first-of-type)": { borderTop: 0 },
        "&:first-of-type": { borderRadius: "10px 10px 0 0" },
        "&:last-of-type": { borderRadius: "0 0 10px 10px" },
      }}
    >
      <AccordionSummary expandIcon={<ChevronDown size={18} aria-hidden />}>
        <Typography sx={{ fontWeight: 600, flex: 1 }}>{title}</Typography>
        <Typography variant="body2" sx={{ color: "text.secondary", pr: 1 }}>
          {summary}
        </Typography>
      </AccordionSummary>
      {isShown ? <AccordionDetails>{children}</AccordionDetails> : null}
    </Accordion>
  );
}
