import Accordion from "@mui/material/Accordion";
import AccordionDetails from "@mui/material/AccordionDetails";
import AccordionSummary from "@mui/material/AccordionSummary";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { samplingOptionsQuery } from "@/features/models";
import { SeedField } from "@/ui/seed-field";
import { SliderField } from "@/ui/slider-field";
import { TextField } from "@/ui/text-field";
import { LIMITS } from "../settings";
import { useSettingsOf } from "../settings-store";
import type { FieldProps } from "./fields";

const SHOWN = ["seed", "isSeedLocked", "steps", "cfg", "sampler", "scheduler", "denoise", "images"] as const;

/** Sampling parameters; collapsed by default, opened when a field is invalid. */
export const SamplerFields = memo(function SamplerFields({ store, errors }: FieldProps) {
  const settings = useSettingsOf(store, SHOWN);
  const onChange = store.change;
  const options = useQuery(samplingOptionsQuery).data;
  const [isOpen, setIsOpen] = useState(false);
  const section = useRef<HTMLDivElement>(null);
  const hasError = errors("params") !== undefined;
  // It stays open while the invalid value is corrected.
  useEffect(() => (hasError ? setIsOpen(true) : undefined), [hasError]);
  return (
    <Accordion
      ref={section}
      expanded={isOpen || hasError}
      onChange={(_event, next) => setIsOpen(next)}
      disableGutters
      slotProps={{
        heading: { component: "h2" },
        // Once it has its full height: before that, there is nothing to scroll to.
        transition: { onEntered: () => section.current?.scrollIntoView({ block: "nearest" }) },
      }}
      sx={{
        scrollMarginBottom: { xs: 150, md: 8 },
        bgcolor: "transparent",
        "&::before": { display: "none" },
        border: 1,
        borderColor: "divider",
        borderRadius: "10px",
      }}
    >
      <AccordionSummary expandIcon={<ChevronDown size={18} aria-hidden />}>
        <Typography sx={{ fontWeight: 600, flex: 1 }}>Sampling</Typography>
        <Typography variant="body2" sx={{ color: "text.secondary", pr: 1 }}>
          {settings.steps} steps · {settings.sampler} · CFG {settings.cfg}
        </Typography>
      </AccordionSummary>
      <AccordionDetails sx={{ display: "grid", gap: 1.5 }}>
        <SeedField
          seed={settings.seed}
          isLocked={settings.isSeedLocked}
          max={LIMITS.seedMax}
          onChange={onChange}
          error={errors("params.seed")}
        />
        <SliderField
          label="Steps"
          value={settings.steps}
          {...LIMITS.steps}
          sliderMax={60}
          onChange={(steps) => onChange({ steps })}
          error={errors("params.steps")}
        />
        <SliderField
          label="Guidance (CFG)"
          value={settings.cfg}
          {...LIMITS.cfg}
          sliderMax={15}
          onChange={(cfg) => onChange({ cfg })}
          error={errors("params.cfg")}
        />
        <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 1.5, mt: 0.5 }}>
          <NameSelect
            label="Sampler"
            value={settings.sampler}
            options={options?.samplers ?? []}
            onChange={(sampler) => onChange({ sampler })}
            error={errors("params.sampler_name")}
          />
          <NameSelect
            label="Scheduler"
            value={settings.scheduler}
            options={options?.schedulers ?? []}
            onChange={(scheduler) => onChange({ scheduler })}
            error={errors("params.scheduler")}
          />
        </Box>
        {settings.images.source === null ? (
          <SliderField
            label="Denoise"
            value={settings.denoise}
            {...LIMITS.denoise}
            onChange={(denoise) => onChange({ denoise })}
            error={errors("params.denoise")}
          />
        ) : null}
      </AccordionDetails>
    </Accordion>
  );
});

interface NameSelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (name: string) => void;
  readonly error: string | undefined;
}

function NameSelect({ label, value, options, onChange, error }: NameSelectProps) {
  const shown = options.includes(value) ? options : [value, ...options];
  return (
    <TextField
      size="small"
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error !== undefined}
      helperText={error}
      options={shown.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    />
  );
}
